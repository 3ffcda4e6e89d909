import type { ForeignType, Signature } from './foreign.js';

/** The functions of libbpf (≥ 1.0) that are used, with their types. */
export const libbpfSignatures = {
  libbpf_major_version: ['uint'],
  libbpf_minor_version: ['uint'],
  libbpf_set_print: ['pointer', 'pointer'],
  libbpf_find_vmlinux_btf_id: ['int', 'string', 'int'],
  bpf_object__open_mem: ['pointer', 'buffer', 'size', 'buffer'],
  bpf_object__load: ['int', 'pointer'],
  bpf_object__close: ['void', 'pointer'],
  bpf_object__find_map_by_name: ['pointer', 'pointer', 'string'],
  bpf_object__find_program_by_name: ['pointer', 'pointer', 'string'],
  bpf_map__fd: ['int', 'pointer'],
  bpf_map__set_max_entries: ['int', 'pointer', 'uint'],
  bpf_map__reuse_fd: ['int', 'pointer', 'int'],
  bpf_map__initial_value: ['pointer', 'pointer', 'buffer'],
  bpf_program__fd: ['int', 'pointer'],
  bpf_program__type: ['int', 'pointer'],
  bpf_program__set_type: ['int', 'pointer', 'int'],
  bpf_program__set_expected_attach_type: ['int', 'pointer', 'int'],
  bpf_program__set_autoload: ['int', 'pointer', 'bool'],
  bpf_program__set_log_buf: ['int', 'pointer', 'pointer', 'size'],
  bpf_program__set_log_level: ['int', 'pointer', 'uint'],
  bpf_program__attach: ['pointer', 'pointer'],
  bpf_program__attach_trace: ['pointer', 'pointer'],
  bpf_program__attach_tracepoint_opts: ['pointer', 'pointer', 'string', 'string', 'buffer'],
  bpf_program__attach_raw_tracepoint: ['pointer', 'pointer', 'string'],
  bpf_program__attach_kprobe_opts: ['pointer', 'pointer', 'string', 'buffer'],
  bpf_program__attach_uprobe_opts: ['pointer', 'pointer', 'int', 'string', 'size', 'buffer'],
  bpf_program__attach_usdt: ['pointer', 'pointer', 'int', 'string', 'string', 'string', 'buffer'],
  bpf_program__attach_perf_event: ['pointer', 'pointer', 'int'],
  bpf_link__fd: ['int', 'pointer'],
  bpf_link__destroy: ['int', 'pointer'],
  bpf_tc_hook_create: ['int', 'buffer'],
  bpf_tc_hook_destroy: ['int', 'buffer'],
  bpf_tc_attach: ['int', 'buffer', 'buffer'],
  bpf_tc_detach: ['int', 'buffer', 'buffer'],
  bpf_prog_test_run_opts: ['int', 'int', 'buffer'],
  bpf_iter_create: ['int', 'int'],
  bpf_enable_stats: ['int', 'int'],
  bpf_obj_get_info_by_fd: ['int', 'int', 'buffer', 'buffer'],
  bpf_map_create: ['int', 'int', 'string', 'uint', 'uint', 'uint', 'buffer'],
  bpf_map_lookup_elem_flags: ['int', 'int', 'buffer', 'buffer', 'u64'],
  bpf_map_lookup_and_delete_elem: ['int', 'int', 'buffer', 'buffer'],
  bpf_map_update_elem: ['int', 'int', 'buffer', 'buffer', 'u64'],
  bpf_map_delete_elem: ['int', 'int', 'buffer'],
  bpf_map_get_next_key: ['int', 'int', 'buffer', 'buffer'],
  bpf_map_lookup_batch: ['int', 'int', 'buffer', 'buffer', 'buffer', 'buffer', 'buffer', 'buffer'],
  bpf_map_lookup_and_delete_batch: ['int', 'int', 'buffer', 'buffer', 'buffer', 'buffer', 'buffer', 'buffer'],
  bpf_map_update_batch: ['int', 'int', 'buffer', 'buffer', 'buffer', 'buffer'],
  bpf_map_delete_batch: ['int', 'int', 'buffer', 'buffer', 'buffer'],
} as const satisfies Record<string, Signature>;

/** The functions of the C library that are used. */
export const libcSignatures = {
  mmap: ['long', 'pointer', 'size', 'int', 'int', 'int', 'long'],
  munmap: ['int', 'pointer', 'size'],
  sysconf: ['long', 'int'],
  mount: ['int', 'string', 'string', 'string', 'size', 'pointer'],
  /** Always with all six arguments: on x86_64 and arm64 a system call ignores those that it doesn't take. */
  syscall: ['long', 'long', 'size', 'size', 'size', 'size', 'size', 'size'],
} as const satisfies Record<string, Signature>;

interface Taken {
  void: undefined;
  bool: boolean;
  int: number;
  uint: number;
  long: number;
  size: number;
  u64: number | bigint;
  pointer: number;
  string: string | null;
  buffer: Uint8Array | null;
}

type Arguments<T extends readonly ForeignType[]> = { [K in keyof T]: Taken[T[K]] };
type Result<T extends ForeignType> = T extends 'void'
  ? undefined
  : T extends 'bool'
    ? boolean
    : T extends 'string'
      ? string
      : number;

/** Typed functions of a signature table. */
export type Functions<T extends Record<string, Signature>> = {
  readonly [K in keyof T]: T[K] extends readonly [infer R extends ForeignType, ...infer A extends ForeignType[]]
    ? (...args: Arguments<A>) => Result<R>
    : never;
};
