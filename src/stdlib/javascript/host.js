// The one way out: a function of the host that takes JSON text.
let send;

/** Takes the host's function. */
export function connect(target) {
  send = target;
}

/** The same with the stack of the call that the message tells of. See calls.js. */
export function postFrom(text, stack) {
  send(text, stack);
}

/** Sends a message to the host: an array, whose first item says what it is. */
export function post(text) {
  send(text);
}
