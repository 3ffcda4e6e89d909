/** `enum bpf_map_type`, as far as maps of these types are made or told apart here. */
export const MapType = {
  hash: 1,
  array: 2,
  programArray: 3,
  perfEventArray: 4,
  perCpuHash: 5,
  perCpuArray: 6,
  stackTrace: 7,
  cgroupArray: 8,
  lruHash: 9,
  lruPerCpuHash: 10,
  lpmTrie: 11,
  arrayOfMaps: 12,
  hashOfMaps: 13,
  perCpuCgroupStorage: 21,
  queue: 22,
  stack: 23,
  socketStorage: 24,
  ringBuffer: 27,
  taskStorage: 29,
} as const;

const perCpuTypes: readonly number[] = [
  MapType.perCpuHash,
  MapType.perCpuArray,
  MapType.lruPerCpuHash,
  MapType.perCpuCgroupStorage,
];
const arrayTypes: readonly number[] = [MapType.array, MapType.perCpuArray];

/** Whether a map of this type holds one value for each CPU under each key. */
export function isPerCpu(type: number): boolean {
  return perCpuTypes.includes(type);
}

/** Whether all entries of a map of this type always exist: they can be zeroed, but not deleted. */
export function isArray(type: number): boolean {
  return arrayTypes.includes(type);
}
