-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- What one asks a fleet, as views of the tables that tables.sql makes in SQLite, or tables-duckdb.sql in DuckDB: every
-- line here means the same in both. A dump that cannot say is counted as
-- unknown, and never as one that has nothing.

-- What became of the dumps, and how much of each is not told.
DROP VIEW IF EXISTS overview;
CREATE VIEW overview AS
	SELECT dump, state, vendor, release,
		(SELECT json_array_length(document, '$.findings') FROM section
			WHERE section.dump = dump.dump AND verb = 'check') AS findings,
		(SELECT count(*) FROM not_told WHERE not_told.dump = dump.dump) AS not_told
	FROM dump ORDER BY dump;

-- Which dumps have findings of which kind; for each kind, how many dumps could not be asked.
DROP VIEW IF EXISTS kinds_of_findings;
CREATE VIEW kinds_of_findings AS
	SELECT code, count(*) AS findings, count(DISTINCT dump) AS dumps,
		(SELECT count(*) FROM dump) -
			(SELECT count(DISTINCT rule.dump) FROM rule WHERE rule.code = finding.code
				AND (applies = 0 OR ran = 1 AND whole = 1)) AS dumps_unknown
	FROM finding GROUP BY code ORDER BY dumps DESC, findings DESC, code;

-- Which kernels leak domain ids: allocated, and no domain accounts for them.
DROP VIEW IF EXISTS leaks;
CREATE VIEW leaks AS
	SELECT ifnull(release, 'unknown') AS release, count(*) AS dumps,
		sum(CASE WHEN EXISTS (SELECT 1 FROM unaccounted_id WHERE unaccounted_id.dump = dump.dump)
			THEN 1 ELSE 0 END) AS dumps_that_leak,
		sum((SELECT count(*) FROM unaccounted_id WHERE unaccounted_id.dump = dump.dump)) AS ids,
		sum(CASE WHEN EXISTS (SELECT 1 FROM rule WHERE rule.dump = dump.dump AND code = 'unaccounted-ids'
			AND (applies = 0 OR ran = 1 AND whole = 1)) THEN 0 ELSE 1 END) AS dumps_unknown
	FROM dump GROUP BY release ORDER BY ids DESC, release;

-- Who faults most: what the log and the queue in memory have. VT-d's fault records are in no dump, but for the log.
DROP VIEW IF EXISTS fault_sources;
CREATE VIEW fault_sources AS
	SELECT dump, device, max(driver) AS driver, sum(count) AS faults,
		group_concat(DISTINCT ifnull(state, 'unknown')) AS now
	FROM fault GROUP BY dump, device ORDER BY faults DESC, dump, device;

-- Who holds devices for user space.
DROP VIEW IF EXISTS holders;
CREATE VIEW holders AS
	SELECT dump, comm, pid, kind, "group", device FROM held ORDER BY dump, "group", device;

-- Which hosts are in passthrough, by their default or by what the hardware does for a device. Where the policy
-- allows it for some, add a WHERE; `unknown` is a dump that does not say.
DROP VIEW IF EXISTS passthrough;
CREATE VIEW passthrough AS
	SELECT dump.dump, ifnull(default_type, 'unknown') AS default_type, decided_by, devices, passing
	FROM dump LEFT JOIN (SELECT dump, count(*) AS devices, sum(CASE WHEN state = 'passthrough' THEN 1 ELSE 0 END) AS passing
		FROM device GROUP BY dump) AS counted USING (dump)
	WHERE default_type IS NULL OR default_type = 'identity' OR passing IS NULL OR passing > 0
	ORDER BY dump.dump;
