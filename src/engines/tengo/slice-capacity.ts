/** How Go grows slices, which decides whether two arrays of Tengo share their items after an `append`. */

/** Bytes that Go gives to an item of its arrays, from which follows where they may grow in place. */
const GO_ITEM_BYTES = 16;

/** The sizes in which Go allocates. */
const SIZE_CLASSES: readonly number[] = [
  ...[8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448],
  ...[480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096],
  ...[4864, 5120, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432],
  ...[19072, 20480, 21760, 24576, 27264, 28672, 32768],
];

const HEADER_BYTES = 8;
const HEADER_FROM = 512;
const LARGE_FROM = 32768 - HEADER_BYTES;
const PAGE_BYTES = 8192;
const DOUBLE_UNTIL = 256;

/** Up to here, what grows one by one doubles exactly. */
const DOUBLED_BELOW = 32;

/** The capacity that Go gives to a slice of interfaces that must hold `length` items and held `capacity`. */
export function grownCapacity(length: number, capacity: number): number {
  let wanted = capacity * 2;
  if (length > wanted) {
    wanted = length;
  } else if (capacity >= DOUBLE_UNTIL) {
    wanted = capacity;
    do wanted += Math.floor((wanted + 3 * DOUBLE_UNTIL) / 4);
    while (wanted < length);
  }
  return Math.floor(roundedSize(wanted * GO_ITEM_BYTES) / GO_ITEM_BYTES);
}

function roundedSize(bytes: number): number {
  if (bytes > LARGE_FROM) return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
  const header = bytes > HEADER_FROM ? HEADER_BYTES : 0;
  let low = 0;
  let high = SIZE_CLASSES.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (SIZE_CLASSES[middle]! >= bytes + header) high = middle;
    else low = middle + 1;
  }
  return SIZE_CLASSES[low]! - header;
}

/** The capacity of a slice to which `length` items were appended one by one, as an array literal's are. */
export function capacityOfAppends(length: number): number {
  if (length <= DOUBLED_BELOW) return length < 2 ? length : 2 ** (32 - Math.clz32(length - 1));
  let capacity = DOUBLED_BELOW;
  while (capacity < length) capacity = grownCapacity(capacity + 1, capacity);
  return capacity;
}
