-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- What changed, as tables beside those of tables.sql: made anew from what one-pair wrote into changes/ below the
-- present folder.
--
--	sqlite3 fleet.db < changes.sql
.bail on
BEGIN;
DROP TABLE IF EXISTS comparison;
DROP TABLE IF EXISTS change;

CREATE TEMP TABLE part AS
	SELECT substr(name, length('changes/') + 1, length(name) - length('changes/') - 5) AS dump,
		substr(name, -5) AS kind, CAST(data AS TEXT) AS text
	FROM fsdir('changes') WHERE data IS NOT NULL;
CREATE INDEX temp.part_kind ON part (kind, dump);
CREATE TEMP TABLE compared AS
	SELECT dump, text FROM part WHERE kind = '.json' AND json_valid(text)
		AND json_type(text, '$.changes') = 'array';

-- A row for each pair: a dump, the older one, how much changed, or why that is not known; what was not compared.
CREATE TABLE comparison AS
	SELECT dump, (SELECT rtrim(text, char(10)) FROM part WHERE kind = '.past' AND dump = every.dump) AS older,
		json_array_length(compared.text, '$.changes') AS changes,
		CASE WHEN compared.text IS NULL THEN ifnull((SELECT nullif(rtrim(text, char(10)), '') FROM part
			WHERE kind = '.said' AND dump = every.dump), 'iommu-diff said nothing') END AS why,
		(SELECT group_concat(json_extract(value, '$.text'), '; ')
			FROM json_each(compared.text, '$.notes')) AS not_compared
	FROM (SELECT DISTINCT dump FROM part WHERE kind IN ('.json', '.said')) AS every
	LEFT JOIN compared USING (dump);

CREATE TABLE change AS
	SELECT dump, json_extract(value, '$.section') AS section, json_extract(value, '$.what') AS what,
		json_extract(value, '$.key') AS key, json_extract(value, '$.of') AS of,
		json_extract(value, '$.change') AS change, json_extract(value, '$.member') AS member,
		json_extract(value, '$.before') AS before, json_extract(value, '$.after') AS after
	FROM compared, json_each(text, '$.changes');
DROP TABLE compared;
DROP TABLE part;
COMMIT;
