-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- The tables of tables.sql in DuckDB (1.5.6 was tried), straight from the same files: for many snapshots and many
-- processors, since it reads with all of them. The same columns with the same values, so that questions.sql is the same for both.
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

-- Each file is taken apart once. Of one that is no text, or no whole JSON, `head` is NULL, and so is what is of another
-- kind than it ought to be.
CREATE TEMP TABLE found AS
	SELECT dump, CASE WHEN json_valid(text) THEN from_json(text, '{"command": "VARCHAR", "schema": "BIGINT",
		"taken": "BIGINT", "plugin": "VARCHAR", "kernel": {"host": "VARCHAR", "release": "VARCHAR"},
		"notes": [{"severity": "VARCHAR", "text": "VARCHAR"}], "sections": "MAP(VARCHAR, JSON)"}') END AS head,
		ifnull(json_valid(text), false) AS is_json
	FROM (SELECT substr(filename, length('snapshots/') + 1, length(filename) - length('snapshots/.json')) AS dump,
			TRY(decode(content)) AS text
		FROM read_blob(getvariable('snapshots')) WHERE filename <> 'dumps');
CREATE TEMP TABLE said AS
	SELECT substr(filename, length('snapshots/') + 1, length(filename) - length('snapshots/.said')) AS dump,
		TRY(decode(content)) AS text
	FROM read_blob(getvariable('words')) WHERE filename <> 'dumps';
CREATE TEMP TABLE file AS
	SELECT dump, head, CASE
		WHEN NOT is_json THEN 'no whole JSON: the file is cut or damaged'
		WHEN head.command IS DISTINCT FROM 'snapshot' OR head.sections IS NULL THEN 'JSON, but no snapshot'
		END AS trouble
	FROM found;

CREATE TABLE section AS
	SELECT dump, part.key AS verb, part.value AS document
	FROM (SELECT dump, unnest(map_entries(head.sections)) AS part FROM file WHERE trouble IS NULL);

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
		top.head.kernel.host AS host,
		top.head.kernel.release AS release,
		strftime(make_timestamp(top.head.taken * 1000000), '%Y-%m-%d %H:%M:%S') AS taken,
		top.head.plugin AS plugin,
		top.head.schema AS schema,
		status.document ->> '$.vendor' AS vendor,
		status.document ->> '$.default_type' AS default_type,
		status.document ->> '$.decided_by' AS decided_by,
		status.document ->> '$.options' AS options
	FROM every
	LEFT JOIN file USING (dump)
	LEFT JOIN (SELECT dump, head FROM file WHERE trouble IS NULL) AS top ON top.dump = every.dump
	LEFT JOIN said ON said.dump = every.dump
	LEFT JOIN complaint ON complaint.dump = every.dump
	LEFT JOIN section AS status ON status.dump = every.dump AND status.verb = 'status';

-- ---- what is in the answers ----

CREATE TABLE rule AS
	SELECT dump, row.code, row.applies::INTEGER AS applies, row.ran::INTEGER AS ran, row.whole::INTEGER AS whole,
		row.why_not
	FROM (SELECT dump, unnest(from_json(document, '{"rules": [{"code": "VARCHAR", "applies": "BOOLEAN",
			"ran": "BOOLEAN", "whole": "BOOLEAN", "why_not": "VARCHAR"}]}').rules) AS row
		FROM section WHERE verb = 'check');

CREATE TABLE finding AS
	SELECT dump, row.code, row.severity, row.unsure::INTEGER AS unsure, row.device, row.domain_id, row.text
	FROM (SELECT dump, unnest(from_json(document, '{"findings": [{"code": "VARCHAR", "severity": "VARCHAR",
			"unsure": "BOOLEAN", "device": "VARCHAR", "domain_id": "BIGINT", "text": "VARCHAR"}]}').findings) AS row
		FROM section WHERE verb = 'check');

CREATE TABLE device AS
	SELECT dump, row.device, row."group", row.driver, row.domain_id, row.type, row.state, row.unit,
		row.details.default_type, row.details.vendor_id, row.details.device_id,
		row.details.untrusted::INTEGER AS untrusted
	FROM (SELECT dump, unnest(from_json(document, '{"devices": [{"device": "VARCHAR", "group": "BIGINT",
			"driver": "VARCHAR", "domain_id": "BIGINT", "type": "VARCHAR", "state": "VARCHAR", "unit": "VARCHAR",
			"details": {"default_type": "VARCHAR", "vendor_id": "VARCHAR", "device_id": "VARCHAR",
				"untrusted": "BOOLEAN"}}]}').devices) AS row
		FROM section WHERE verb = 'devices');

-- `devices` is the list, as JSON.
CREATE TABLE owner AS
	SELECT dump, row."group", row.kind, row.pid, row.comm, row.devices::VARCHAR AS devices
	FROM (SELECT dump, unnest(from_json(document, '{"owners": [{"group": "BIGINT", "kind": "VARCHAR",
			"pid": "BIGINT", "comm": "VARCHAR", "devices": "JSON"}]}').owners) AS row
		FROM section WHERE verb = 'owner');

CREATE TABLE held AS
	SELECT dump, comm, pid, kind, "group", unnest(from_json(devices, '["VARCHAR"]')) AS device FROM owner;

CREATE TABLE domain AS
	SELECT dump, row.id, row.address, row.type, row.format, row.levels, row.mapped_bytes,
		row.mapped_bytes_complete::INTEGER AS mapped_bytes_complete, len(row.devices) AS nr_devices
	FROM (SELECT dump, unnest(from_json(document, '{"domains": [{"id": "BIGINT", "address": "VARCHAR",
			"type": "VARCHAR", "format": "VARCHAR", "levels": "BIGINT", "mapped_bytes": "BIGINT",
			"mapped_bytes_complete": "BOOLEAN", "devices": ["VARCHAR"]}]}').domains) AS row
		FROM section WHERE verb = 'domains');

CREATE TABLE allocator AS
	WITH part AS (SELECT dump, from_json(document, '{"allocator": {"unit": "VARCHAR", "symbol": "VARCHAR",
			"allocated": "BIGINT"}, "unaccounted_ids": "JSON", "allocators": [{"unit": "VARCHAR",
			"symbol": "VARCHAR", "allocated": "BIGINT", "unaccounted_ids": "JSON"}]}') AS doc
		FROM section WHERE verb = 'domains')
	SELECT dump, doc.allocator.unit, doc.allocator.symbol, doc.allocator.allocated,
		doc.unaccounted_ids::VARCHAR AS unaccounted_ids
	FROM part WHERE doc.allocator IS NOT NULL
	UNION ALL
	SELECT dump, row.unit, row.symbol, row.allocated, row.unaccounted_ids::VARCHAR
	FROM (SELECT dump, unnest(doc.allocators) AS row FROM part);

CREATE TABLE unaccounted_id AS
	SELECT dump, unit, unnest(from_json(unaccounted_ids, '["BIGINT"]')) AS id FROM allocator;

CREATE TABLE fault AS
	SELECT dump, row.source, row.time, row.count, row.device, row.driver, row.iova, row.access, row.reason, row.state,
		row.verdict, row.raw
	FROM (SELECT dump, unnest(from_json(document, '{"faults": [{"source": "VARCHAR", "time": "VARCHAR",
			"count": "BIGINT", "device": "VARCHAR", "driver": "VARCHAR", "iova": "VARCHAR", "access": "VARCHAR",
			"reason": "VARCHAR", "state": "VARCHAR", "verdict": "VARCHAR", "raw": "VARCHAR"}]}').faults) AS row
		FROM section WHERE verb = 'fault');

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
	SELECT dump, verb, note.text
	FROM (SELECT dump, verb, unnest(from_json(document, '{"notes": [{"severity": "VARCHAR", "code": "VARCHAR",
			"text": "VARCHAR"}]}').notes) AS note
		FROM section)
	WHERE note.severity IN ('error', 'warning') AND note.code <> 'not-of-this-hardware'
		AND note.code NOT IN (SELECT code FROM rule)
	UNION ALL
	SELECT dump, NULL, note.text
	FROM (SELECT dump, unnest(head.notes) AS note FROM file WHERE trouble IS NULL)
	WHERE note.severity IN ('error', 'warning')
	UNION ALL
	SELECT dump, 'check', code || CASE ran WHEN 1 THEN ' did not see all' ELSE ' did not run' END
		|| ifnull(': ' || why_not, '')
	FROM rule WHERE applies IS DISTINCT FROM 0 AND (ran IS DISTINCT FROM 1 OR whole IS DISTINCT FROM 1);
COMMIT;
