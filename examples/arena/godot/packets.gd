# What travels as bytes; drawn in ../shared/packets.mjs.
class_name Packets

const STICK := 0x01
const PING := 0x02
const SNAPSHOT := 0x11
const BRACE := 0x7b
const PLAYER_SIZE := 9
const SHOT_SIZE := 7

static func stick(number: int, move: Vector2, aim: float, fire: bool) -> PackedByteArray:
	var bytes := PackedByteArray()
	bytes.resize(6)
	bytes[0] = STICK
	bytes[1] = number & 255
	bytes.encode_s8(2, roundi(move.x * 127))
	bytes.encode_s8(3, roundi(move.y * 127))
	bytes[4] = roundi(aim / TAU * 256) & 255
	bytes[5] = 1 if fire else 0
	return bytes

static func ping(stamp: int) -> PackedByteArray:
	var bytes := PackedByteArray([PING, 0, 0, 0, 0])
	bytes.encode_u32(1, stamp)
	return bytes

## Whether a packet of bytes is words: from a room behind a gateway all comes as bytes.
static func is_words(bytes: PackedByteArray) -> bool:
	return bytes.size() > 0 and bytes[0] == BRACE

## Players by id and shots as an array; empty for what is no snapshot.
static func snapshot(bytes: PackedByteArray) -> Dictionary:
	if bytes.size() < 7 or bytes[0] != SNAPSHOT:
		return {}
	var shots_at := 6 + bytes[5] * PLAYER_SIZE
	if shots_at >= bytes.size() or bytes.size() != shots_at + 1 + bytes[shots_at] * SHOT_SIZE:
		return {}
	var players := {}
	for at in range(6, shots_at, PLAYER_SIZE):
		players[bytes[at]] = {
			position = _point(bytes, at + 1),
			aim = bytes[at + 5] / 256.0 * TAU,
			health = bytes[at + 6] & 3,
			score = bytes.decode_u16(at + 7),
		}
	var shots := []
	for at in range(shots_at + 1, bytes.size(), SHOT_SIZE):
		shots.append({owner = bytes[at + 2], position = _point(bytes, at + 3)})
	return {tick = bytes.decode_u32(1), players = players, shots = shots}

static func _point(bytes: PackedByteArray, at: int) -> Vector2:
	return Vector2(bytes.decode_u16(at), bytes.decode_u16(at + 2)) / 32.0
