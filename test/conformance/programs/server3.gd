# A server of Godot 3 that echoes: godot3 --script server3.gd --port=PORT.
extends SceneTree

const ROOM_KIB = 32768

var server = WebSocketServer.new()


func _initialize():
	Engine.target_fps = 1000
	var port = 0
	for argument in OS.get_cmdline_args():
		if argument.begins_with("--port="):
			port = int(argument.trim_prefix("--port="))
	server.set_buffers(ROOM_KIB, 1024, ROOM_KIB, 1024)
	server.bind_ip = "127.0.0.1"
	server.connect("data_received", self, "_echo")
	server.listen(port)
	print("listening")


func _echo(id):
	var peer = server.get_peer(id)
	var packet = peer.get_packet()
	peer.set_write_mode(WebSocketPeer.WRITE_MODE_TEXT if peer.was_string_packet() else WebSocketPeer.WRITE_MODE_BINARY)
	peer.put_packet(packet)


func _idle(_delta):
	server.poll()
	return false
