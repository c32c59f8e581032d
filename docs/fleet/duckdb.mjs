// SPDX-License-Identifier: GPL-2.0-or-later
//
// duckdb.mjs DATABASE < SQL: runs statements in DuckDB where its own program `duckdb` is not at hand, with the package
// that it has in npm (npm install @duckdb/node-api), looked for below the present folder or in $DUCKDB_MODULES. The
// rows of each SELECT are one line of JSON. Exits with 0 when all went well, 1 at the first that did
// not, 3 without the package.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const folder = process.env.DUCKDB_MODULES ?? `${process.cwd()}/node_modules`;
let duckdb;
try {
	duckdb = await import(pathToFileURL(createRequire(`${folder}/x`).resolve('@duckdb/node-api')));
} catch (problem) {
	console.error(`duckdb.mjs: no @duckdb/node-api: ${problem.message.split('\n')[0]}`);
	process.exit(3);
}

// Counts and sums are of 64 bits and more there; JSON has numbers that any program reads.
function plain(key, value) {
	return typeof value === 'bigint' ? Number(value) : value;
}

const instance = await duckdb.DuckDBInstance.create(process.argv[2] ?? ':memory:');
const connection = await instance.connect();
try {
	const statements = await connection.extractStatements(readFileSync(0, 'utf8'));
	for (let i = 0; i < statements.count; i++) {
		const statement = await statements.prepare(i);
		const result = await statement.runAndReadAll();
		if (statement.statementType === duckdb.StatementType.SELECT)
			console.log(JSON.stringify(result.getRowObjects(), plain));
	}
} catch (problem) {
	console.error(`duckdb.mjs: ${problem.message}`);
	process.exitCode = 1;
}
connection.closeSync();
instance.closeSync();
