// The candidates that DuckDB finds for every query of a directory of generate_pupils, as `waymark match evaluate` reads
// them:  node duckdb_matches.mjs DIR QUERIES OUTPUT. Prints the milliseconds that the search took.
import { DuckDBInstance } from '@duckdb/node-api';

const [directory, queries, output] = process.argv.slice(2);
const duckdb = await DuckDBInstance.create(':memory:', { threads: '1' });
const session = await duckdb.connect();
const table = (name, id, rows) => session.run(`
  create table ${name} as select ${id} as id, upn, lower(forename) as forename, lower(surname) as surname, dob,
    try_cast(dob as date) as born from read_csv('${directory}/${name}.csv', all_varchar = true) ${rows}`);
await table('registry', 'record_id', '');
await table('queries', 'query_id', `limit ${Number(queries)}`);
const start = process.hrtime.bigint();
// Pairs that share a UPN, a date of birth, or both names' beginnings; then the likeness of the names and the dates.
await session.run(`
  copy (
    with pairs as (
      select q.id as q, r.id as r from queries q join registry r on q.upn = r.upn and q.upn <> ''
      union select q.id, r.id from queries q join registry r on q.born = r.born
      union select q.id, r.id from queries q join registry r
        on left(q.forename, 3) = left(r.forename, 3) and left(q.surname, 3) = left(r.surname, 3)),
    scored as (
      select p.q, p.r, case when q.upn = r.upn and q.upn <> '' then 0.99 else
        0.35 * greatest(jaro_winkler_similarity(q.forename, r.forename), jaro_winkler_similarity(q.forename, r.surname))
        + 0.35 * greatest(jaro_winkler_similarity(q.surname, r.surname), jaro_winkler_similarity(q.surname, r.forename))
        + 0.28 * case when q.born = r.born then 1.0 when levenshtein(q.dob, r.dob) <= 1 then 0.6
                 when levenshtein(q.dob, r.dob) = 2 then 0.4 else 0 end end as score
      from pairs p join queries q on q.id = p.q join registry r on r.id = p.r),
    ranked as (select *, row_number() over (partition by q order by score desc, r) as rank from scored)
    select q as query_id, r as record_id, rank, score as probability, score as weight, 'none' as decision
    from ranked where rank <= 5 order by q, rank
  ) to '${output}' (header)`);
console.log(Number(process.hrtime.bigint() - start) / 1e6);
