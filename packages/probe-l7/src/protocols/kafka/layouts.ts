/**
 * Layouts of requests and responses, by API key, as far as they say something worth reporting.
 *
 * Fields in order: `role:type@versions`; without a role a field is only stepped over, without versions it is in all of
 * them. `[ … ]` is an array of structures, `type[]` one of values. Roles are those of {@link Facts}.
 *
 * @see https://kafka.apache.org/protocol.html
 */
export const LAYOUTS: Readonly<Record<number, readonly [request: string, response: string]>> = {
  0: [
    'transactionalId:str@3+ acks:i16 i32 [ topic:str@0-12 topicId:uuid@13+ [ partition:i32 records:records ] ]',
    '[ topic:str@0-12 topicId:uuid@13+ [ partition:i32 error:i16 offset:i64 i64@2+ i64@5+ [ i32 str ]@8+ str@8+ ] ] i32@1+',
  ],
  1: [
    'i32@0-14 i32 i32 i32@3+ i8@4+ i32@7+ i32@7+ [ topic:str@0-12 topicId:uuid@13+ [ partition:i32 i32@9+ offset:i64 i32@12+ i64@5+ i32 ] ] [ str@7-12 uuid@13+ i32[] ]@7+ str@11+',
    'i32@1+ error:i16@7+ i32@7+ [ topic:str@0-12 topicId:uuid@13+ [ partition:i32 error:i16 highWatermark:i64 i64@4+ i64@5+ [ i64 i64 ]@4+ i32@11+ records:records ] ]',
  ],
  2: [
    'i32 i8@2+ [ topic:str [ partition:i32 i32@4+ i64 i32@0 ] ] i32@10+',
    'i32@2+ [ topic:str [ partition:i32 error:i16 i64[]@0 i64@1+ offset:i64@1+ i32@4+ ] ]',
  ],
  3: [
    '[ topicId:uuid@10+ topic:str ] i8@4+ i8@8-10 i8@8+',
    'i32@3+ [ i32 str i32 str@1+ ] str@2+ i32@1+ [ error:i16 topic:str named:uuid@10+ i8@1+ [ i16 i32 i32 i32@7+ i32[] i32[] i32[]@5+ ] i32@8+ ] i32@8-10 error:i16@13+',
  ],
  8: [
    'group:str i32@1+ str@1+ str@7+ i64@2-4 [ topic:str@0-9 topicId:uuid@10+ [ partition:i32 offset:i64 i32@6+ i64@1 str ] ]',
    'i32@3+ [ topic:str@0-9 topicId:uuid@10+ [ partition:i32 error:i16 ] ]',
  ],
  9: [
    'group:str@0-7 [ topic:str partition:i32[] ]@0-7 [ group:str str@9+ i32@9+ [ topic:str@0-9 topicId:uuid@10+ partition:i32[] ] ]@8+ i8@7+',
    'i32@3+ [ topic:str [ partition:i32 offset:i64 i32@5+ str error:i16 ] ]@0-7 error:i16@2-7 [ str [ topic:str@0-9 topicId:uuid@10+ [ partition:i32 offset:i64 i32 str error:i16 ] ] error:i16 ]@8+',
  ],
  10: [
    'key:str@0-3 keyType:i8@1+ key:str[]@4+',
    'i32@1+ error:i16@0-3 str@1-3 i32@0-3 str@0-3 i32@0-3 [ str i32 str i32 error:i16 str ]@4+',
  ],
  11: [
    'group:str i32 i32@1+ str str@5+ str [ str bytes ] str@8+',
    'i32@2+ error:i16 i32 str@7+ str str i8@9+ str [ str str@5+ bytes ]',
  ],
  12: ['group:str i32 str str@3+', 'i32@1+ error:i16'],
  13: ['group:str str@0-2 [ str str str@5+ ]@3+', 'i32@1+ error:i16 [ str str error:i16 ]@3+'],
  14: ['group:str i32 str str@3+ str@5+ str@5+ [ str bytes ]', 'i32@1+ error:i16 str@5+ str@5+ bytes'],
  15: ['group:str[] i8@3+ ', 'i32@1+ [ error:i16 str@6+ str str str str [ str str@4+ str str bytes bytes ] i32@3+ ]'],
  16: ['str[]@4+ str[]@5+', 'i32@1+ error:i16 [ str str str@4+ str@5+ ]'],
  17: ['mechanism:str', 'error:i16 str[]'],
  18: ['str@3+ str@3+', 'error:i16 [ i16 i16 i16 ] i32@1+'],
  19: [
    '[ topic:str i32 i16 [ i32 i32[] ] [ str str ] ] i32 i8@1+',
    'i32@2+ [ topic:str named:uuid@7+ error:i16 str@1+ i32@5+ i16@5+ [ str str i8 i8 i8 ]@5+ ]',
  ],
  20: ['[ topic:str topicId:uuid ]@6+ topic:str[]@0-5 i32', 'i32@1+ [ topic:str topicId:uuid@6+ error:i16 str@5+ ]'],
  21: ['[ topic:str [ partition:i32 offset:i64 ] ] i32', 'i32 [ topic:str [ partition:i32 offset:i64 error:i16 ] ]'],
  22: ['transactionalId:str i32 i64@3+ i16@3+', 'i32 error:i16 i64 i16'],
  23: [
    'i32@3+ [ topic:str [ partition:i32 i32@2+ i32 ] ]',
    'i32@2+ [ topic:str [ error:i16 partition:i32 i32@1+ offset:i64 ] ]',
  ],
  24: [
    'transactionalId:str@0-3 i64@0-3 i16@0-3 [ topic:str partition:i32[] ]@0-3 [ transactionalId:str i64 i16 i8 [ topic:str partition:i32[] ] ]@4+',
    'i32 [ topic:str [ partition:i32 error:i16 ] ]@0-3 error:i16@4+ [ str [ topic:str [ partition:i32 error:i16 ] ] ]@4+',
  ],
  25: ['transactionalId:str i64 i16 group:str', 'i32 error:i16'],
  26: ['transactionalId:str i64 i16 i8', 'i32 error:i16 i64@5+ i16@5+'],
  28: [
    'transactionalId:str group:str i64 i16 i32@3+ str@3+ str@3+ [ topic:str [ partition:i32 offset:i64 i32@2+ str ] ]',
    'i32 [ topic:str [ partition:i32 error:i16 ] ]',
  ],
  32: [
    '[ i8 key:str str[] ] i8@1+ i8@3+',
    'i32 [ error:i16 str i8 key:str [ str str i8 i8@0 i8@1+ i8 [ str str i8 ]@1+ i8@3+ str@3+ ] ]',
  ],
  36: ['bytes', 'error:i16 str bytes i64@1+'],
  37: ['[ topic:str i32 [ i32[] ] ] i32 i8', 'i32 [ topic:str error:i16 str ]'],
  42: ['group:str[]', 'i32 [ str error:i16 ]'],
  60: ['i8 i8@1+ i8@2+', 'i32 error:i16 str i8@1+ str i32 [ i32 str i32 str i8@2+ ] i32'],
  68: [
    'group:str str i32 str str i32 str[]@0 str[]@1+ str@1+ str [ topicId:uuid partition:i32[] ]',
    'i32 error:i16 str str i32 i32',
  ],
};
