/**
 * The file system under the roots of a grant. What may be touched is decided on descriptors: a path is walked name
 * by name from an opened root, no link is followed without looking for its target under the roots again, and what
 * was opened must really be there. What cannot be known: whether a file inside has another name (a hard link)
 * outside. Such files can be read, and are replaced but never written into.
 */
export { openFiles, type FilesOptions } from "./real-files.ts";
