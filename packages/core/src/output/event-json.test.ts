import { expect, it } from 'vitest';
import { eventToJson } from './event-json.js';

it('an event is one line with its name first', () => {
  const line = eventToJson({ at: 5n, event: 'flowtracer.flow', nothing: undefined, text: 'a\nb' });
  expect(line).toBe('{"event":"flowtracer.flow","at":5,"text":"a\\nb"}');
});
