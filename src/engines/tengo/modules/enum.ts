/**
 * The module `enum`, written in Tengo as the reference's is: its functions call the script's. What an error in a
 * callback is traced to counts lines and columns of this text, so every call stands where the reference has it.
 */
export const ENUM_SOURCE = `is_walkable := func(it) {
  return is_array(it) || is_immutable_array(it) || is_map(it) || is_immutable_map(it)
}

is_list := func(it) {
  return is_array(it) || is_immutable_array(it)
}

export {
  // Whether fn(key, value) is truthy for every item;
  // of what cannot be walked, undefined.
  all: func(x, fn) {
    if !is_walkable(x) { return undefined }

    for k, v in x {
      if !fn(k, v) { return false }
    }

    return true
  },
  // Whether fn(key, value) is truthy for at least one item;
  // of what cannot be walked, undefined.
  any: func(x, fn) {
    if !is_walkable(x) { return undefined }

    for k, v in x {
      if fn(k, v) { return true }
    }

    return false
  },
  // The array in pieces of so many items,
  // the last of them perhaps shorter;
  // undefined for what is no array.
  chunk: func(x, size) {
    if !is_list(x) || !size { return undefined }

    count := len(x)
    if !count { return [] }

    out := []
    pos := 0
    for pos < count {
      out = append(out, x[pos:pos+size])
      pos += size
    }

    return out
  },
  // The item at an index of an array, or at a key of a map;
  // undefined where the index is no int, or the key no string.
  at: func(x, key) {
    if !is_walkable(x) { return undefined }

    if is_list(x) {
        if !is_int(key) { return undefined }
    } else {
        if !is_string(key) { return undefined }
    }

    return x[key]
  },
  // Calls fn(key, value) for each item.
  // The key is an index for arrays,
  // and a string for maps.
  // Gives undefined.
  each: func(x, fn) {
    if !is_walkable(x) { return undefined }

    for k, v in x {
      fn(k, v)
    }
  },
  // The items of an array
  // for which fn(key, value) is truthy;
  // undefined for what is no array.
  filter: func(x, fn) {
    if !is_list(x) { return undefined }

    out := []
    for k, v in x {
      if fn(k, v) { out = append(out, v) }
    }

    return out
  },
  // The first item
  // for which fn(key, value) is truthy;
  // undefined where there is none,
  // and for what cannot be walked.
  find: func(x, fn) {
    if !is_walkable(x) { return undefined }

    for k, v in x {
      if fn(k, v) { return v }
    }
  },
  // The index or key of the first item
  // for which fn(key, value) is truthy;
  // undefined where there is none,
  // and for what cannot be walked.
  find_key: func(x, fn) {
    if !is_walkable(x) { return undefined }

    for k, v in x {
      if fn(k, v) { return k }
    }
  },
  // What fn(key, value) gives for each item,
  // as an array, in the order
  // in which the items are walked;
  // undefined for what cannot be walked.
  map: func(x, fn) {
    if !is_walkable(x) { return undefined }

    out := []
    for k, v in x {
      out = append(out, fn(k, v))
    }

    return out
  },
  // Its first argument: a function for map.
  key: func(k, _) { return k },
  // Its second argument.
  value: func(_, v) { return v }
}
`;
