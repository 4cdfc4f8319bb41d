# A server of Godot 4 that echoes: godot4 --headless --script server4.gd -- PORT.
extends SceneTree

const ROOM := 1 << 25

var server := TCPServer.new()
var peers: Array[WebSocketPeer] = []


func _initialize() -> void:
	Engine.max_fps = 1000
	server.listen(OS.get_cmdline_user_args()[0].to_int(), "127.0.0.1")
	print("listening")


func _process(_delta: float) -> bool:
	while server.is_connection_available():
		var peer := WebSocketPeer.new()
		peer.inbound_buffer_size = ROOM
		peer.outbound_buffer_size = ROOM
		peer.accept_stream(server.take_connection())
		peers.append(peer)
	for peer in peers:
		peer.poll()
		while peer.get_available_packet_count() > 0:
			var packet := peer.get_packet()
			peer.send(packet, peer.WRITE_MODE_TEXT if peer.was_string_packet() else peer.WRITE_MODE_BINARY)
	peers = peers.filter(func(peer): return peer.get_ready_state() != WebSocketPeer.STATE_CLOSED)
	return false
