import { statfs } from "node:fs/promises";

/** Linux's file systems whose files are the kernel's state and not anybody's data, by their magic numbers (statfs(2)). */
const KERNEL_TYPES: ReadonlySet<number> = new Set([
  0x9fa0, // proc: among it the environment and memory of this very process
  0x62656572, // sysfs
  0x1cd1, // devpts
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
  0x62656570, // configfs
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
  0xf97cff8c, // selinuxfs
  0xcafe4a11, // bpf
  0x65735543, // fusectl
  0x42494e4d, // binfmt_misc
  0xde5e81e4, // efivarfs
  0x6165676c, // pstore
  0x6e736673, // nsfs
  0x50494446, // pidfs
  0x19800202, // mqueue
]);

/** Whether a path is on one of the kernel's file systems, wherever that is mounted. */
export async function isKernels(path: string): Promise<boolean> {
  return process.platform === "linux" && KERNEL_TYPES.has((await statfs(path)).type >>> 0);
}
