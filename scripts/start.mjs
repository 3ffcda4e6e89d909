#!/usr/bin/env node
/**
 * `npm start`: sets everything up, starts a small real system on loopback, and shows its requests as the kernel sees
 * them. Ends by Ctrl-C on a terminal, by itself otherwise.
 *
 * Environment: SONDE_DEMO_SECONDS (how long, where there is no terminal), SONDE_DEMO_RATE (requests per second).
 */
import { die, say } from './lib/run.mjs';
import { build, checkMachine, installModules, installPackages } from './setup.mjs';

checkMachine();
const seconds = Number(process.env.SONDE_DEMO_SECONDS ?? (process.stdout.isTTY ? Number.POSITIVE_INFINITY : 12));
const rate = Number(process.env.SONDE_DEMO_RATE ?? 300);
if (!(seconds > 0)) die('SONDE_DEMO_SECONDS has to be a number above 0', 2);
if (!(rate > 0)) die('SONDE_DEMO_RATE has to be a number above 0', 2);
if (process.getuid() !== 0) die('observing the kernel needs root; run: sudo npm start', 3);
await installPackages(['build', 'demo']);
await installModules();
await build();

const { demonstrate } = await import('./demo/main.mjs');
try {
  await demonstrate({ seconds, rate });
} catch (error) {
  if (error.hint) say(`hint: ${error.hint}`);
  die(error.message, error.code === 'PORT_IN_USE' ? 2 : 1);
}
