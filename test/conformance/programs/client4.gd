# A client of Godot 4 that plays the cases: godot4 --headless --script client4.gd -- BASE.
extends SceneTree

const ROOM := 1 << 25

var base := ""
var peer: WebSocketPeer
var last := ""
## Number of the case under way; 0 asks for their count, one more than that for the report.
var number := 0
var count := 0


func _initialize() -> void:
	Engine.max_fps = 1000
	base = OS.get_cmdline_user_args()[0]
	_dial("/getCaseCount")


func _dial(path: String) -> void:
	peer = WebSocketPeer.new()
	peer.inbound_buffer_size = ROOM
	peer.outbound_buffer_size = ROOM
	peer.connect_to_url(base + path)


func _process(_delta: float) -> bool:
	peer.poll()
	while peer.get_available_packet_count() > 0:
		var packet := peer.get_packet()
		if number == 0:
			last = packet.get_string_from_utf8()
		else:
			peer.send(packet, peer.WRITE_MODE_TEXT if peer.was_string_packet() else peer.WRITE_MODE_BINARY)
	if peer.get_ready_state() != WebSocketPeer.STATE_CLOSED:
		return false
	return _next()


## Returns whether all is done.
func _next() -> bool:
	if number == 0:
		count = last.to_int()
	if number > count:
		return true
	number += 1
	_dial("/updateReports?agent=client" if number > count else "/runCase?case=%d&agent=client" % number)
	return false
