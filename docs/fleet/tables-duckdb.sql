-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- The tables of tables.sql in DuckDB 1.3 or later, straight from the same files: for many snapshots, since it reads
-- them with all processors. The same columns with the same values, so that questions.sql is the same for both.
--
--	cat tables-duckdb.sql questions.sql | duckdb fleet.duckdb
--
-- It needs no extension that would have to be fetched: `json` is in every build of DuckDB.
BEGIN;
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

-- A pattern that matches nothing is an error in DuckDB, hence the list of dumps among the files.
SET VARIABLE snapshots = (SELECT list_append(list(file), 'dumps') FROM glob('snapshots/**/*.json'));
SET VARIABLE words = (SELECT list_append(list(file), 'dumps') FROM glob('snapshots/**/*.said'));

-- Of one that is no text, or no whole JSON, `text` is NULL.
CREATE TEMP TABLE found AS
	SELECT dump, CASE WHEN json_valid(text) THEN text END AS text
	FROM (SELECT substr(filename, length('snapshots/') + 1, length(filename) - length('snapshots/.json')) AS dump,
			TRY(decode(content)) AS text
		FROM read_blob(getvariable('snapshots')) WHERE filename <> 'dumps');
CREATE TEMP TABLE said AS
	SELECT substr(filename, length('snapshots/') + 1, length(filename) - length('snapshots/.said')) AS dump,
		TRY(decode(content)) AS text
	FROM read_blob(getvariable('words')) WHERE filename <> 'dumps';
CREATE TEMP TABLE file AS
	SELECT dump, CASE
		WHEN text IS NULL THEN 'no whole JSON: the file is cut or damaged'
		WHEN (text ->> '$.command') IS DISTINCT FROM 'snapshot'
				OR json_type(text, '$.sections') IS DISTINCT FROM 'OBJECT'
			THEN 'JSON, but no snapshot'
		END AS trouble
	FROM found;

CREATE TABLE section AS
	SELECT dump, part.key AS verb, part.value AS document
	FROM file JOIN found USING (dump), json_each(found.text, '$.sections') AS part
	WHERE trouble IS NULL;

-- ---- one row for each dump: see tables.sql ----

CREATE TEMP TABLE complaint AS
	SELECT dump, arg_min(line, level * 1000000 + place) AS line FROM (
		SELECT dump, line, place, CASE
			WHEN line GLOB 'one-dump: crash was ended *' THEN 0
			WHEN line GLOB 'WARNING: *' THEN 2
			WHEN line GLOB 'one-dump: no snapshot*' THEN 3
			ELSE 1 END AS level
		FROM (SELECT dump, unnest(string_split(replace(text, '\', '/'), chr(10))) AS line,
				generate_subscripts(string_split(text, chr(10)), 1) AS place FROM said)
		WHERE line GLOB 'WARNING: *' OR line GLOB 'crash: *' OR line GLOB 'iommu: *'
			OR line GLOB 'vmcore: *' OR line GLOB 'one-dump: *')
	GROUP BY dump;

CREATE TABLE dump AS
	WITH every AS (SELECT ltrim(path, '/') AS dump
			FROM (SELECT unnest(string_split(content, chr(10))) AS path FROM read_text('dumps')) WHERE path <> ''
			UNION SELECT dump FROM file)
	SELECT every.dump,
		CASE
		WHEN file.dump IS NOT NULL THEN CASE WHEN file.trouble IS NULL THEN 'read' ELSE 'unreadable' END
		WHEN said.dump IS NOT NULL THEN 'no snapshot'
		ELSE 'not tried'
		END AS state,
		CASE
		WHEN file.dump IS NOT NULL THEN file.trouble
		WHEN said.dump IS NOT NULL THEN ifnull(complaint.line, 'crash complained of nothing: see the .said of it')
		ELSE 'nothing was written about it'
		END AS why,
		head ->> '$.kernel.host' AS host,
		head ->> '$.kernel.release' AS release,
		strftime(make_timestamp((head ->> '$.taken')::BIGINT * 1000000), '%Y-%m-%d %H:%M:%S') AS taken,
		head ->> '$.plugin' AS plugin,
		(head ->> '$.schema')::BIGINT AS schema,
		status.document ->> '$.vendor' AS vendor,
		status.document ->> '$.default_type' AS default_type,
		status.document ->> '$.decided_by' AS decided_by,
		status.document ->> '$.options' AS options
	FROM every
	LEFT JOIN file USING (dump)
	LEFT JOIN (SELECT dump, text AS head FROM found JOIN file USING (dump) WHERE trouble IS NULL) AS top
		ON top.dump = every.dump
	LEFT JOIN said ON said.dump = every.dump
	LEFT JOIN complaint ON complaint.dump = every.dump
	LEFT JOIN section AS status ON status.dump = every.dump AND status.verb = 'status';

-- ---- what is in the answers ----

CREATE TABLE rule AS
	SELECT dump, value ->> '$.code' AS code, (value ->> '$.applies')::BOOLEAN::INTEGER AS applies,
		(value ->> '$.ran')::BOOLEAN::INTEGER AS ran, (value ->> '$.whole')::BOOLEAN::INTEGER AS whole,
		value ->> '$.why_not' AS why_not
	FROM section, json_each(document, '$.rules') WHERE verb = 'check';

CREATE TABLE finding AS
	SELECT dump, value ->> '$.code' AS code, value ->> '$.severity' AS severity,
		(value ->> '$.unsure')::BOOLEAN::INTEGER AS unsure, value ->> '$.device' AS device,
		(value ->> '$.domain_id')::BIGINT AS domain_id, value ->> '$.text' AS text
	FROM section, json_each(document, '$.findings') WHERE verb = 'check';

CREATE TABLE device AS
	SELECT dump, value ->> '$.device' AS device, (value ->> '$.group')::BIGINT AS "group",
		value ->> '$.driver' AS driver, (value ->> '$.domain_id')::BIGINT AS domain_id,
		value ->> '$.type' AS type, value ->> '$.state' AS state, value ->> '$.unit' AS unit,
		value ->> '$.details.default_type' AS default_type, value ->> '$.details.vendor_id' AS vendor_id,
		value ->> '$.details.device_id' AS device_id,
		(value ->> '$.details.untrusted')::BOOLEAN::INTEGER AS untrusted
	FROM section, json_each(document, '$.devices') WHERE verb = 'devices';

CREATE TABLE owner AS
	SELECT dump, (value ->> '$.group')::BIGINT AS "group", value ->> '$.kind' AS kind,
		(value ->> '$.pid')::BIGINT AS pid, value ->> '$.comm' AS comm, (value -> '$.devices')::VARCHAR AS devices
	FROM section, json_each(document, '$.owners') WHERE verb = 'owner';

CREATE TABLE held AS
	SELECT owner.dump, comm, pid, kind, owner."group", value ->> '$' AS device
	FROM owner, json_each(owner.devices) WHERE devices IS NOT NULL;

CREATE TABLE domain AS
	SELECT dump, (value ->> '$.id')::BIGINT AS id, value ->> '$.address' AS address, value ->> '$.type' AS type,
		value ->> '$.format' AS format, (value ->> '$.levels')::BIGINT AS levels,
		(value ->> '$.mapped_bytes')::BIGINT AS mapped_bytes,
		(value ->> '$.mapped_bytes_complete')::BOOLEAN::INTEGER AS mapped_bytes_complete,
		json_array_length(value, '$.devices')::BIGINT AS nr_devices
	FROM section, json_each(document, '$.domains') WHERE verb = 'domains';

CREATE TABLE allocator AS
	SELECT dump, document ->> '$.allocator.unit' AS unit, document ->> '$.allocator.symbol' AS symbol,
		(document ->> '$.allocator.allocated')::BIGINT AS allocated,
		(document -> '$.unaccounted_ids')::VARCHAR AS unaccounted_ids
	FROM section WHERE verb = 'domains' AND json_type(document, '$.allocator') = 'OBJECT'
	UNION ALL
	SELECT dump, value ->> '$.unit', value ->> '$.symbol', (value ->> '$.allocated')::BIGINT,
		(value -> '$.unaccounted_ids')::VARCHAR
	FROM section, json_each(document, '$.allocators') WHERE verb = 'domains';

CREATE TABLE unaccounted_id AS
	SELECT dump, unit, (value ->> '$')::BIGINT AS id FROM allocator, json_each(unaccounted_ids)
	WHERE unaccounted_ids IS NOT NULL;

CREATE TABLE fault AS
	SELECT dump, value ->> '$.source' AS source, value ->> '$.time' AS time, (value ->> '$.count')::BIGINT AS count,
		value ->> '$.device' AS device, value ->> '$.driver' AS driver, value ->> '$.iova' AS iova,
		value ->> '$.access' AS access, value ->> '$.reason' AS reason, value ->> '$.state' AS state,
		value ->> '$.verdict' AS verdict, value ->> '$.raw' AS raw
	FROM section, json_each(document, '$.faults') WHERE verb = 'fault';

-- ---- what is not in them: see tables.sql ----

CREATE TABLE not_told AS
	SELECT dump, NULL::VARCHAR AS verb, state || ': ' || why AS why FROM dump WHERE state <> 'read'
	UNION ALL
	SELECT dump, NULL, 'while it was read: ' || line FROM complaint JOIN dump USING (dump)
	WHERE state = 'read' AND line IS NOT NULL
	UNION ALL
	SELECT dump, NULL, 'schema ' || ifnull(schema::VARCHAR, 'unknown') || ', where these tables know 1'
	FROM dump WHERE state = 'read' AND schema IS DISTINCT FROM 1
	UNION ALL
	SELECT dump.dump, verb.verb, 'no such section: ' || ifnull(plugin, 'another plugin') || ' wrote the snapshot'
	FROM dump, (SELECT unnest(['status', 'units', 'devices', 'dte', 'groups', 'domains', 'owner', 'map', 'iova', 'irt',
		'commands', 'events', 'ppr', 'galog', 'acpi', 'fault', 'check']) AS verb) AS verb
	WHERE state = 'read' AND NOT EXISTS (SELECT 1 FROM section
		WHERE section.dump = dump.dump AND section.verb = verb.verb)
	UNION ALL
	SELECT dump, verb, value ->> '$.text'
	FROM section, json_each(document, '$.notes')
	WHERE (value ->> '$.severity') IN ('error', 'warning') AND (value ->> '$.code') <> 'not-of-this-hardware'
		AND (value ->> '$.code') NOT IN (SELECT code FROM rule)
	UNION ALL
	SELECT dump, NULL, value ->> '$.text'
	FROM found JOIN dump USING (dump), json_each(found.text, '$.notes')
	WHERE state = 'read' AND (value ->> '$.severity') IN ('error', 'warning')
	UNION ALL
	SELECT dump, 'check', code || CASE ran WHEN 1 THEN ' did not see all' ELSE ' did not run' END
		|| ifnull(': ' || why_not, '')
	FROM rule WHERE applies IS DISTINCT FROM 0 AND (ran IS DISTINCT FROM 1 OR whole IS DISTINCT FROM 1);
COMMIT;
