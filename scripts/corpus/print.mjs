const COLUMNS = ['right', 'missing', 'invented', 'wrong', 'lost', 'skipped'];

/** Adds the counts up by mode and protocol. */
export function summarise(results) {
  const rows = new Map();
  for (const { mode, counts } of results) {
    for (const [protocol, count] of Object.entries(counts)) {
      const key = `${mode} ${protocol}`;
      const row = rows.get(key) ?? { mode, protocol, ...Object.fromEntries(COLUMNS.map((name) => [name, 0])) };
      for (const name of COLUMNS) row[name] += count[name];
      rows.set(key, row);
    }
  }
  return [...rows.values()].filter((row) => COLUMNS.some((name) => row[name] > 0));
}

/** Prints the differences, file by file, then the table. */
export function print(results, summary, quiet) {
  for (const { name, mode, seed, differences } of results) {
    const important = differences.filter((line) => !line.startsWith('  also'));
    if (quiet || important.length === 0) continue;
    console.log(`${name}${mode === 'whole' ? '' : ` (${mode}, seed ${seed})`}`);
    for (const line of differences) console.log(line);
  }
  console.log(`\n${'mode'.padEnd(7)}${'protocol'.padEnd(10)}${COLUMNS.map((name) => name.padStart(9)).join('')}`);
  for (const row of summary) {
    const numbers = COLUMNS.map((name) => String(row[name]).padStart(9)).join('');
    console.log(`${row.mode.padEnd(7)}${row.protocol.padEnd(10)}${numbers}`);
  }
}
