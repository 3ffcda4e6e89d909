import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fileOffsetOf, mappedObjects, parseMaps } from './mapped-objects.js';

const maps = `55d0a0000000-55d0a0001000 r--p 00000000 08:01 123 /usr/bin/server
55d0a0001000-55d0a0005000 r-xp 00001000 08:01 123 /usr/bin/server
55d0a0006000-55d0a0007000 r-xp 00006000 08:01 123 /usr/bin/server
55d0a1000000-55d0a1021000 rw-p 00000000 00:00 0 [heap]
7f0000000000-7f0000001000 r-xp 00000000 00:2a 77 /opt/a b/lib(x).so (deleted)
7f0000002000-7f0000003000 r-xp 00000000 08:01 9 /tmp/line\\012feed
7f0000004000-7f0000005000 rw-p 00000000 08:01 10 /data/only.db
7f0000006000-7f0000007000 r-xp 00000000 00:00 0
7ffd00000000-7ffd00001000 r-xp 00000000 00:00 0 [vdso]
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]
`;

describe('parseMaps', () => {
  it('lists each file with mapped code once, with all its stretches', () => {
    const objects = parseMaps(42, maps);
    expect(objects.map((object) => object.path)).toEqual(['/usr/bin/server', '/opt/a b/lib(x).so', '/tmp/line\nfeed']);
    expect(objects[0]).toMatchObject({
      pid: 42,
      file: '/proc/42/root/usr/bin/server',
      identity: '08:01:123',
      deleted: false,
      mappings: [
        { start: 0x55d0a0001000, end: 0x55d0a0005000, offset: 0x1000 },
        { start: 0x55d0a0006000, end: 0x55d0a0007000, offset: 0x6000 },
      ],
    });
  });

  it('reaches a deleted file through map_files', () => {
    expect(parseMaps(42, maps)[1]).toMatchObject({
      deleted: true,
      file: '/proc/42/map_files/7f0000000000-7f0000001000',
    });
  });

  it('turns an address of the process into an offset in the file', () => {
    const [server] = parseMaps(42, maps);
    expect(fileOffsetOf(server!, 0x55d0a0001234)).toBe(0x1234);
    expect(fileOffsetOf(server!, 0x55d0a0006fff)).toBe(0x6fff);
    expect(fileOffsetOf(server!, 0x55d0a0005000)).toBeNull();
  });

  it('passes over lines that it does not understand', () => {
    expect(parseMaps(1, 'nonsense\n\n1-2 r-xp zz\n')).toEqual([]);
  });
});

describe('mappedObjects', () => {
  it('finds the program and the C library of this process, and files that can be opened', () => {
    const objects = mappedObjects(process.pid);
    expect(objects.map((object) => object.path)).toContain(process.execPath);
    expect(objects.some((object) => /libc\.so/.test(object.path))).toBe(true);
    for (const object of objects) expect(existsSync(object.file)).toBe(true);
  });

  it('says so when the process has ended', async () => {
    const child = spawn('true');
    await new Promise((resolve) => child.on('exit', resolve));
    expect(() => mappedObjects(child.pid!)).toThrow(expect.objectContaining({ code: 'PROCESS_GONE' }));
  });
});
