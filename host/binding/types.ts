// Godot's number types, by the names in its class reference and extension interface. All are `number` to JavaScript;
// the names serve readers and the generated class descriptions.

/** A 64-bit integer; here a safe integer. */
export type int = number;
export type int8 = number;
export type int16 = number;
export type int32 = number;
export type uint8 = number;
export type uint16 = number;
export type uint32 = number;
/** A 64-bit integer; a bigint beyond 2^53. */
export type int64 = number | bigint;
export type uint64 = number | bigint;
/** A float that the engine stores with 32 bits; scripts see all floats with 64. */
export type float = number;
/** A float that the engine also stores with 64 bits. */
export type double = number;

/** Values that are accepted as Godot's PackedByteArray. */
export type Bytes = Uint8Array | ArrayBufferView | ArrayBufferLike;

export type { OwnBytes } from '../bytes.js';

/** A name of a member; a string in JavaScript. */
export type StringName = string;

/** A path to a property, with parts separated by colons; a string in JavaScript. */
export type NodePath = string;
