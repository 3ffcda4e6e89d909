/** A record of a message under test. */
export interface WireRecord {
  name: string;
  type: number;
  class?: number;
  ttl?: number;
  data: readonly number[];
}

/** What {@link wire} writes; everything but the id may be left out. */
export interface WireMessage {
  id: number;
  /** Both bytes of flags. @default 0x0100, a question that desires recursion */
  flags?: number;
  questions?: readonly { name: string; type: number; class?: number }[];
  answers?: readonly WireRecord[];
  authorities?: readonly WireRecord[];
  additionals?: readonly WireRecord[];
}

const u16 = (value: number) => [(value >> 8) & 255, value & 255];
const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)];

/** A name as labels. `@12` stands for a pointer to byte 12, where the question's name is. */
export function nameBytes(name: string): number[] {
  if (name.startsWith('@')) return u16(0xc000 | Number(name.slice(1)));
  const labels = name === '.' ? [] : name.split('.');
  return [...labels.flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')]), 0];
}

/** Bytes of a message. */
export function wire(message: WireMessage): Uint8Array {
  const { id, flags = 0x0100, questions = [], answers = [], authorities = [], additionals = [] } = message;
  const records = [...answers, ...authorities, ...additionals].flatMap(
    ({ name, type, class: cls = 1, ttl = 60, data }) => [
      ...nameBytes(name),
      ...u16(type),
      ...u16(cls),
      ...u32(ttl),
      ...u16(data.length),
      ...data,
    ],
  );
  return Uint8Array.from([
    ...[id, flags, questions.length, answers.length, authorities.length, additionals.length].flatMap(u16),
    ...questions.flatMap(({ name, type, class: cls = 1 }) => [...nameBytes(name), ...u16(type), ...u16(cls)]),
    ...records,
  ]);
}

/** The message as it goes over TCP. */
export function framed(message: WireMessage): Uint8Array {
  const bytes = wire(message);
  return Uint8Array.from([...u16(bytes.length), ...bytes]);
}

/** An answer to the question `name`, of type A, with one address. */
export function answerA(id: number, name: string, address: readonly number[], flags = 0x8180): WireMessage {
  return { id, flags, questions: [{ name, type: 1 }], answers: [{ name: '@12', type: 1, data: address }] };
}
