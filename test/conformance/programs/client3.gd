# A client of Godot 3 that plays the cases: godot3 --script client3.gd --base=BASE.
extends SceneTree

const ROOM_KIB = 32768
# After a fault of the other side the engine never says that the connection has ended; the suite has let go of it by then.
const LIFETIME_MS = 2500

var base = ""
var client
var last = ""
var is_over = false
var begin = 0
## Number of the case under way; 0 asks for their count, one more than that for the report.
var number = 0
var count = 0


func _initialize():
	Engine.target_fps = 1000
	for argument in OS.get_cmdline_args():
		if argument.begins_with("--base="):
			base = argument.trim_prefix("--base=")
	_dial("/getCaseCount")


func _dial(path):
	is_over = false
	begin = OS.get_ticks_msec()
	client = WebSocketClient.new()
	client.set_buffers(ROOM_KIB, 1024, ROOM_KIB, 1024)
	client.connect("data_received", self, "_echo")
	client.connect("connection_closed", self, "_closed")
	client.connect("connection_error", self, "_failed")
	if client.connect_to_url(base + path) != OK:
		is_over = true


func _closed(_was_clean):
	is_over = true


func _failed():
	is_over = true


func _echo():
	var peer = client.get_peer(1)
	var packet = peer.get_packet()
	if number == 0:
		last = packet.get_string_from_utf8()
		return
	peer.set_write_mode(WebSocketPeer.WRITE_MODE_TEXT if peer.was_string_packet() else WebSocketPeer.WRITE_MODE_BINARY)
	peer.put_packet(packet)


func _idle(_delta):
	client.poll()
	return (is_over or OS.get_ticks_msec() - begin > LIFETIME_MS) and _next()


# Returns whether all is done.
func _next():
	if number == 0:
		count = int(last)
	if number > count:
		return true
	number += 1
	_dial("/updateReports?agent=client" if number > count else "/runCase?case=%d&agent=client" % number)
	return false
