-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- Snapshots of many dumps as tables of SQLite: made anew from what is below the present folder.
--
--	cat tables.sql questions.sql | sqlite3 fleet.db
--
--   dumps           the list of dumps, a path a line
--   snapshots/      what one-dump wrote of each: PATH.json, and PATH.said with what crash said
--
-- Every dump of the list has a row in `dump`, whatever became of it, and so has a snapshot that the list does not
-- name. What a dump does not tell is a row of `not_told`: nothing is missing without one. Keys of the snapshots
-- keep their names; docs/commands has what they mean. JSON's null is NULL: nobody knows, or there is none.
.bail on
BEGIN;
DROP TABLE IF EXISTS wanted;
DROP TABLE IF EXISTS file;
DROP TABLE IF EXISTS dump;
DROP TABLE IF EXISTS section;
DROP TABLE IF EXISTS not_told;
DROP TABLE IF EXISTS rule;
DROP TABLE IF EXISTS finding;
DROP TABLE IF EXISTS device;
DROP TABLE IF EXISTS owner;
DROP TABLE IF EXISTS held;
DROP TABLE IF EXISTS domain;
DROP TABLE IF EXISTS allocator;
DROP TABLE IF EXISTS unaccounted_id;
DROP TABLE IF EXISTS fault;

-- One path a line; no character but the line's end means anything.
CREATE TABLE wanted (path TEXT);
.mode ascii
.separator "\037" "\n"
.import dumps wanted

-- The snapshots that JSON can be read from, and what is wrong with the others. The text itself is not kept twice:
-- `section` has it.
CREATE TEMP TABLE found AS
	SELECT substr(name, length('snapshots/') + 1) AS name, CAST(data AS TEXT) AS text
	FROM fsdir('snapshots') WHERE name LIKE '%.json' AND data IS NOT NULL;
CREATE TEMP TABLE said AS
	SELECT substr(name, length('snapshots/') + 1) AS name, CAST(data AS TEXT) AS text
	FROM fsdir('snapshots') WHERE name LIKE '%.said' AND data IS NOT NULL;

CREATE TABLE file AS
	SELECT substr(name, 1, length(name) - length('.json')) AS dump,
		CASE
		WHEN NOT json_valid(text) THEN 'no whole JSON: the file is cut or damaged'
		WHEN json_extract(text, '$.command') IS NOT 'snapshot' OR json_type(text, '$.sections') IS NOT 'object'
			THEN 'JSON, but no snapshot'
		END AS trouble
	FROM found;

-- ---- one row for each verb of each dump: its document ----

CREATE TABLE section AS
	SELECT file.dump, part.key AS verb, part.value AS document
	FROM file JOIN found ON found.name = file.dump || '.json', json_each(found.text, '$.sections') AS part
	WHERE trouble IS NULL;
CREATE INDEX section_verb ON section (verb, dump);

-- ---- one row for each dump ----

-- Of what was said about a dump, the line that tells most: that crash was ended, an error, a warning, the outcome.
CREATE TEMP TABLE complaint AS
	SELECT substr(name, 1, length(name) - length('.said')) AS dump,
		(SELECT value FROM
			-- Lines, by way of JSON: a backslash in them would mean something there.
			json_each('[' || replace(json_quote(replace(text, '\', '/')), '\n', '","') || ']')
			WHERE value GLOB 'WARNING: *' OR value GLOB 'crash: *' OR value GLOB 'iommu: *'
				OR value GLOB 'vmcore: *' OR value GLOB 'one-dump: *'
			ORDER BY CASE WHEN value GLOB 'one-dump: crash was ended *' THEN 0
				WHEN value GLOB 'WARNING: *' THEN 2
				WHEN value GLOB 'one-dump: no snapshot*' THEN 3
				ELSE 1 END, key LIMIT 1) AS line
	FROM said;

CREATE TABLE dump AS
	WITH every AS (SELECT ltrim(path, '/') AS dump FROM wanted WHERE path <> ''
			UNION SELECT dump FROM file)
	SELECT every.dump,
		CASE
		WHEN file.dump IS NOT NULL THEN CASE WHEN file.trouble IS NULL THEN 'read' ELSE 'unreadable' END
		WHEN said.name IS NOT NULL THEN 'no snapshot'
		ELSE 'not tried'
		END AS state,
		CASE
		WHEN file.dump IS NOT NULL THEN file.trouble
		WHEN said.name IS NOT NULL THEN ifnull(complaint.line, 'crash complained of nothing: see the .said of it')
		ELSE 'nothing was written about it'
		END AS why,
		json_extract(head, '$.kernel.host') AS host,
		json_extract(head, '$.kernel.release') AS release,
		datetime(json_extract(head, '$.taken'), 'unixepoch') AS taken,
		json_extract(head, '$.plugin') AS plugin,
		json_extract(head, '$.schema') AS schema,
		json_extract(status.document, '$.vendor') AS vendor,
		json_extract(status.document, '$.default_type') AS default_type,
		json_extract(status.document, '$.decided_by') AS decided_by,
		json_extract(status.document, '$.options') AS options
	FROM every
	LEFT JOIN file USING (dump)
	LEFT JOIN (SELECT name, json_remove(text, '$.sections') AS head FROM found
			WHERE json_valid(text)) AS top ON top.name = every.dump || '.json'
		AND file.trouble IS NULL
	LEFT JOIN said ON said.name = every.dump || '.said'
	LEFT JOIN complaint ON complaint.dump = every.dump
	LEFT JOIN section AS status ON status.dump = every.dump AND status.verb = 'status';
CREATE UNIQUE INDEX dump_name ON dump (dump);

-- ---- what is in the answers ----

CREATE TABLE rule AS
	SELECT dump, json_extract(value, '$.code') AS code, json_extract(value, '$.applies') AS applies,
		json_extract(value, '$.ran') AS ran, json_extract(value, '$.whole') AS whole,
		json_extract(value, '$.why_not') AS why_not
	FROM section, json_each(document, '$.rules') WHERE verb = 'check';
CREATE INDEX rule_code ON rule (code, dump, applies, ran, whole);

CREATE TABLE finding AS
	SELECT dump, json_extract(value, '$.code') AS code, json_extract(value, '$.severity') AS severity,
		json_extract(value, '$.unsure') AS unsure, json_extract(value, '$.device') AS device,
		json_extract(value, '$.domain_id') AS domain_id, json_extract(value, '$.text') AS text
	FROM section, json_each(document, '$.findings') WHERE verb = 'check';
CREATE INDEX finding_code ON finding (code);

CREATE TABLE device AS
	SELECT dump, json_extract(value, '$.device') AS device, json_extract(value, '$.group') AS "group",
		json_extract(value, '$.driver') AS driver, json_extract(value, '$.domain_id') AS domain_id,
		json_extract(value, '$.type') AS type, json_extract(value, '$.state') AS state,
		json_extract(value, '$.unit') AS unit, json_extract(value, '$.details.default_type') AS default_type,
		json_extract(value, '$.details.vendor_id') AS vendor_id,
		json_extract(value, '$.details.device_id') AS device_id,
		json_extract(value, '$.details.untrusted') AS untrusted
	FROM section, json_each(document, '$.devices') WHERE verb = 'devices';

-- A row for each owner; `devices` is the list, as JSON.
CREATE TABLE owner AS
	SELECT dump, json_extract(value, '$.group') AS "group", json_extract(value, '$.kind') AS kind,
		json_extract(value, '$.pid') AS pid, json_extract(value, '$.comm') AS comm,
		json_extract(value, '$.devices') AS devices
	FROM section, json_each(document, '$.owners') WHERE verb = 'owner';

-- A row for each of those devices, with its owner.
CREATE TABLE held AS
	SELECT owner.dump, comm, pid, kind, owner."group", value AS device FROM owner, json_each(owner.devices);

CREATE TABLE domain AS
	SELECT dump, json_extract(value, '$.id') AS id, json_extract(value, '$.address') AS address,
		json_extract(value, '$.type') AS type, json_extract(value, '$.format') AS format,
		json_extract(value, '$.levels') AS levels, json_extract(value, '$.mapped_bytes') AS mapped_bytes,
		json_extract(value, '$.mapped_bytes_complete') AS mapped_bytes_complete,
		json_array_length(value, '$.devices') AS nr_devices
	FROM section, json_each(document, '$.domains') WHERE verb = 'domains';

-- A host has one allocator of domain ids, or one for each unit: two shapes in the document.
CREATE TABLE allocator AS
	SELECT dump, json_extract(document, '$.allocator.unit') AS unit,
		json_extract(document, '$.allocator.symbol') AS symbol,
		json_extract(document, '$.allocator.allocated') AS allocated,
		json_extract(document, '$.unaccounted_ids') AS unaccounted_ids
	FROM section WHERE verb = 'domains' AND json_type(document, '$.allocator') = 'object'
	UNION ALL
	SELECT dump, json_extract(value, '$.unit'), json_extract(value, '$.symbol'), json_extract(value, '$.allocated'),
		json_extract(value, '$.unaccounted_ids')
	FROM section, json_each(document, '$.allocators') WHERE verb = 'domains';

CREATE TABLE unaccounted_id AS
	SELECT dump, unit, value AS id FROM allocator, json_each(unaccounted_ids);
CREATE INDEX unaccounted_id_dump ON unaccounted_id (dump);

-- `count`: how often the log has the line.
CREATE TABLE fault AS
	SELECT dump, json_extract(value, '$.source') AS source, json_extract(value, '$.time') AS time,
		json_extract(value, '$.count') AS count, json_extract(value, '$.device') AS device,
		json_extract(value, '$.driver') AS driver, json_extract(value, '$.iova') AS iova,
		json_extract(value, '$.access') AS access, json_extract(value, '$.reason') AS reason,
		json_extract(value, '$.state') AS state, json_extract(value, '$.verdict') AS verdict,
		json_extract(value, '$.raw') AS raw
	FROM section, json_each(document, '$.faults') WHERE verb = 'fault';

-- ---- what is not in them ----

CREATE TABLE not_told AS
	-- Dumps without a snapshot.
	SELECT dump, NULL AS verb, state || ': ' || why AS why FROM dump WHERE state <> 'read'
	UNION ALL
	-- A session in which crash or the plugin complained: of a dump that is cut, it may be.
	SELECT dump, NULL, 'while it was read: ' || line FROM complaint JOIN dump USING (dump)
	WHERE state = 'read' AND line IS NOT NULL
	UNION ALL
	-- Keys are only ever added under one schema number; under another they may mean something else.
	SELECT dump, NULL, 'schema ' || ifnull(schema, 'unknown') || ', where these tables know 1'
	FROM dump WHERE state = 'read' AND schema IS NOT 1
	UNION ALL
	-- Verbs that the plugin did not have when it wrote the snapshot.
	SELECT dump.dump, verb.value, 'no such section: ' || ifnull(plugin, 'another plugin') || ' wrote the snapshot'
	FROM dump, json_each('["status", "units", "devices", "dte", "groups", "domains", "owner", "map", "iova", "irt",
		"commands", "events", "ppr", "galog", "acpi", "fault", "check"]') AS verb
	WHERE state = 'read' AND NOT EXISTS (SELECT 1 FROM section
		WHERE section.dump = dump.dump AND section.verb = verb.value)
	UNION ALL
	-- What a verb could not read: its notes, but for findings (check has those) and what this hardware has not.
	SELECT dump, verb, json_extract(value, '$.text')
	FROM section, json_each(document, '$.notes')
	WHERE json_extract(value, '$.severity') IN ('error', 'warning')
		AND json_extract(value, '$.code') <> 'not-of-this-hardware'
		AND json_extract(value, '$.code') NOT IN (SELECT code FROM rule)
	UNION ALL
	SELECT found_note.dump, NULL, found_note.text
	FROM (SELECT substr(name, 1, length(name) - length('.json')) AS dump, json_extract(value, '$.text') AS text
		FROM found, json_each(CASE WHEN json_valid(text) THEN json_extract(text, '$.notes') END)
		WHERE json_extract(value, '$.severity') IN ('error', 'warning')) AS found_note
	JOIN dump USING (dump) WHERE state = 'read'
	UNION ALL
	-- Rules that apply to the host and could not run, or not on all there is.
	SELECT dump, 'check', code || CASE ran WHEN 1 THEN ' did not see all' ELSE ' did not run' END
		|| ifnull(': ' || why_not, '')
	FROM rule WHERE applies IS NOT 0 AND (ran IS NOT 1 OR whole IS NOT 1);
CREATE INDEX not_told_dump ON not_told (dump);

DROP TABLE found;
DROP TABLE said;
DROP TABLE complaint;
DROP TABLE file;
DROP TABLE wanted;
COMMIT;
.mode list
.separator "|" "\n"
