# The API suite in Godot 4: `-- FILE ORIGIN` plays the situations and calls in FILE (JSON, see test/api/rows.ts) against
# the server at ORIGIN, and prints what came of each as one line of JSON.
extends SceneTree

const STATES := ["CONNECTING", "OPEN", "CLOSING", "CLOSED"]
const PATIENCE_MS := 20000
const STUCK_MS := 500

class Errors extends Logger:
	var count := 0
	func _log_error(_f: String, _file: String, _line: int, _code: String, _why: String, _editor: bool, type: int, _traces: Array[ScriptBacktrace]) -> void:
		if type == Logger.ERROR_TYPE_ERROR:
			count += 1

var errors := Errors.new()
var origin := ""

func _init() -> void:
	var arguments := OS.get_cmdline_user_args()
	var suite: Dictionary = JSON.parse_string(FileAccess.get_file_as_string(arguments[0]))
	origin = arguments[1]
	OS.add_logger(errors)
	var outcomes := {}
	for situation in suite.situations:
		outcomes[situation] = {}
		for call in suite.calls:
			var peer := peer_in(suite.situations[situation].steps)
			outcomes[situation][call.title] = outcome_of(peer, call)
			peer.close(-1)
	print("outcomes " + JSON.stringify(outcomes))
	quit()

func state_of(peer: WebSocketPeer) -> String:
	return STATES[peer.get_ready_state()]

func until(condition: Callable, patience := PATIENCE_MS) -> bool:
	var end := Time.get_ticks_msec() + patience
	while not condition.call():
		if Time.get_ticks_msec() > end:
			return false
		OS.delay_msec(1)
	return true

func peer_in(steps: Array) -> WebSocketPeer:
	var peer := WebSocketPeer.new()
	for step in steps:
		if peer.connect_to_url(origin + "/" + step.path) != OK:
			push_error("no connection")
		var reached := until(func() -> bool:
			peer.poll()
			if step.until == "PACKETS":
				return peer.get_available_packet_count() == 2
			return state_of(peer) == step.until)
		if not reached:
			push_error("never " + step.until)
		if step.end == "free":
			peer.close(-1) # the last reference gone does the same
		elif step.end != null:
			peer.close(4000, "mine")
		if step.end == "close and wait":
			closed(peer)
	return peer

func closed(peer: WebSocketPeer, patience := PATIENCE_MS) -> bool:
	return until(func() -> bool:
		peer.poll()
		return state_of(peer) == "CLOSED", patience)

func outcome_of(peer: WebSocketPeer, call: Dictionary) -> Dictionary:
	var was_open := state_of(peer) == "OPEN"
	var values: Array = call.args.map(value_of)
	errors.count = 0
	var returned: Variant
	if call.method == "listed":
		returned = peer.get_property_list().any(func(entry: Dictionary) -> bool: return entry.name == values[0])
	else:
		returned = peer.callv(call.method, values)
	var outcome := {"returned": shown(returned), "state": state_of(peer), "says": errors.count > 0}
	if call.property != null:
		outcome.value = shown(peer.get(call.property))
	elif was_open and call.awaits == "echo":
		outcome.echo = echoed(peer)
	elif was_open and call.awaits == "end":
		outcome.end = [peer.get_close_code(), peer.get_close_reason()] if closed(peer, STUCK_MS) else null
	return outcome

func echoed(peer: WebSocketPeer) -> Variant:
	var waiting := peer.get_available_packet_count()
	var came := until(func() -> bool:
		peer.poll()
		return peer.get_available_packet_count() > waiting, STUCK_MS)
	if not came:
		return null
	for taken in waiting:
		peer.get_packet()
	var packet := peer.get_packet()
	return [peer.was_string_packet(), hex_of(packet)]

func value_of(argument: Variant) -> Variant:
	if argument is String:
		return argument.replace("ORIGIN", origin)
	if argument is Array:
		return PackedStringArray(argument)
	if not argument is Dictionary:
		return argument
	if argument.has("hex"):
		return argument.hex.hex_decode()
	if argument.has("zeros"):
		var bytes := PackedByteArray()
		bytes.resize(int(argument.zeros))
		return bytes
	if argument.made == "unconnected stream":
		return StreamPeerTCP.new()
	var crypto := Crypto.new()
	var key := crypto.generate_rsa(1024)
	return TLSOptions.server(key, crypto.generate_self_signed_certificate(key))

func hex_of(bytes: PackedByteArray) -> String:
	if bytes.size() > 100 and bytes.count(0) == bytes.size():
		return "%d zeros" % bytes.size()
	return bytes.hex_encode()

func shown(result: Variant) -> Variant:
	if result is PackedByteArray:
		return {"hex": hex_of(result)}
	if result is String:
		return result.replace(origin, "ORIGIN")
	if result is int and result == int(origin.get_slice(":", 2)):
		return "PORT"
	return result
