// Godot's number types, by the names that its class reference and its extension interface give them. To JavaScript
// they are all numbers; to the reader, and to the description of the classes that is made from these sources, not.

/** A 64-bit integer; here a safe integer. */
export type int = number;
export type int8 = number;
export type int16 = number;
export type int32 = number;
export type uint8 = number;
export type uint16 = number;
export type uint32 = number;
/** Beyond 2^53 a bigint. */
export type int64 = number | bigint;
export type uint64 = number | bigint;
/** A float that the engine keeps with 32 bits; scripts see all floats with 64. */
export type float = number;
/** A float that the engine keeps with 64 bits, too. */
export type double = number;

/** What counts as Godot's PackedByteArray when it comes in. */
export type Bytes = Uint8Array | ArrayBufferView | ArrayBufferLike;

export type { OwnBytes } from '../bytes.js';

/** A name of a member; in JavaScript a string as any other. */
export type StringName = string;

/** A path to a property, its parts behind colons; in JavaScript a string as any other. */
export type NodePath = string;
