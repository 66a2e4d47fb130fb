import type { Bytes } from "./message.js";
import type { ConnectionFault } from "./plan.js";

type Bomb = Extract<ConnectionFault, { type: "bomb" }>;

const opening = Buffer.from('{"padding":"');
const closing = Buffer.from('"}');
const filling = Buffer.alloc(64 * 1024, "0");

/** How many bytes the body of a bomb has when it is decoded. */
export function bombBytes({ kind, bytes = 64 * 1024 * 1024 }: Bomb): number {
  return kind === "endless" ? Infinity : bytes;
}

/** The decoded body piece by piece: valid JSON, if it ever ends. */
export function* bombPieces(bomb: Bomb): Generator<Bytes, void> {
  yield opening;
  for (let left = bombBytes(bomb) - opening.length - closing.length; left > 0; left -= filling.length)
    yield left < filling.length ? filling.subarray(0, left) : filling;
  yield closing;
}
