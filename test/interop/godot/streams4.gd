# Godot 4 at the other end of a StreamPeerTCP and of a PacketPeerStream: sends one of each, takes the same back, and
# compares. Connects to the port of `--port=N`; prints one line of JSON for each comparison, and one at the end.
extends SceneTree

const NUMBERS := [
	["8", -5], ["u8", 250], ["16", -30000], ["u16", 65000], ["32", -2000000000], ["u32", 4000000000],
	["64", -9007199254740993], ["u64", 9007199254740993], ["half", 1.5], ["half", 65504.0], ["half", 0.00006103515625],
	["float", 0.1], ["double", 0.1], ["double", -INF], ["string", "plain"], ["utf8_string", "grüße 😀"], ["utf8_string", ""],
]

var stream := StreamPeerTCP.new()
var count := 0


func _initialize() -> void:
	for argument in OS.get_cmdline_user_args():
		if argument.begins_with("--port="):
			stream.connect_to_host("127.0.0.1", argument.trim_prefix("--port=").to_int())
	while stream.get_status() == StreamPeerTCP.STATUS_CONNECTING:
		stream.poll()
		OS.delay_msec(1)
	for big in [false, true]:
		stream.big_endian = big
		for entry in NUMBERS:
			stream.call("put_" + entry[0], entry[1])
			var back = stream.call("get_" + entry[0])
			var sent := StreamPeerBuffer.new()
			var got := StreamPeerBuffer.new()
			sent.call("put_" + entry[0], entry[1])
			got.call("put_" + entry[0], back)
			_compare(entry[0], sent.data_array == got.data_array, str(back))
		for value in [null, 7, "text", [1, 2.5, "x"], {"a": Vector3(1, 2, 3)}, PackedFloat32Array([0.5, 1.5])]:
			stream.put_var(value)
			var back = stream.get_var()
			_compare("var", var_to_bytes(value) == var_to_bytes(back), str(back))
	var packets := PacketPeerStream.new()
	packets.stream_peer = stream
	for size in [1, 4, 1000, 65000]:
		var packet := PackedByteArray()
		packet.resize(size)
		packet.fill(size & 255)
		packets.put_packet(packet)
		while packets.get_available_packet_count() == 0:
			stream.poll()
			OS.delay_msec(1)
		_compare("packet", packets.get_packet() == packet, str(size))
	_compare_halves()
	print(JSON.stringify({"event": "finished", "count": count}))
	quit()


# Sends every half float there is; each comes back as a double and as a half float again.
func _compare_halves() -> void:
	var sent := StreamPeerBuffer.new()
	sent.big_endian = stream.big_endian
	for bits in 65536:
		sent.put_u16(bits)
	sent.seek(0)
	stream.put_data(sent.data_array)
	var got := StreamPeerBuffer.new()
	got.big_endian = stream.big_endian
	got.data_array = stream.get_data(65536 * 10)[1]
	var different := []
	for bits in 65536:
		var value := sent.get_half()
		var back := got.get_double()
		var same_value: bool = back == value or (is_nan(back) and is_nan(value))
		var back_bits := got.get_u16()
		var same_bits: bool = back_bits == bits or (is_nan(value) and (back_bits & 0x7fff) > 0x7c00)
		if not (same_value and same_bits):
			different.append(bits)
	_compare("halves", different.is_empty(), str(different.slice(0, 10)))


func _compare(what: String, same: bool, text: String) -> void:
	count += 1
	print(JSON.stringify({"event": "compared", "what": what, "same": same, "text": text}))
