# Game loop of the engine: both ends in one process, polled without pause. Each line of standard input is a job (JSON:
# op, size, text, inFlight, warmUpMs, measureMs), each line of output an answer; ends when the input ends.
extends SceneTree

const BUFFER_SIZE := 64 * 1024 * 1024
const LINE_SIZE := 4096


func _initialize() -> void:
	print('{"ready": true}')


func _process(_delta: float) -> bool:
	var line := OS.read_string_from_stdin(LINE_SIZE)
	if line.is_empty():
		return true
	var job = JSON.parse_string(line)
	if job is Dictionary:
		print(JSON.stringify({"value": run(job)}))
	return false


func new_peer() -> WebSocketPeer:
	var peer := WebSocketPeer.new()
	peer.inbound_buffer_size = BUFFER_SIZE
	peer.outbound_buffer_size = BUFFER_SIZE
	return peer


func run(job: Dictionary) -> float:
	var listener := TCPServer.new()
	listener.listen(0, "127.0.0.1")
	var server := new_peer()
	var client := new_peer()
	client.connect_to_url("ws://127.0.0.1:%d" % listener.get_local_port())
	while client.get_ready_state() != WebSocketPeer.STATE_OPEN or server.get_ready_state() != WebSocketPeer.STATE_OPEN:
		if listener.is_connection_available():
			server.accept_stream(listener.take_connection())
		server.poll()
		client.poll()
	listener.stop()
	var mode := WebSocketPeer.WRITE_MODE_TEXT if job.text else WebSocketPeer.WRITE_MODE_BINARY
	var payload := PackedByteArray()
	payload.resize(int(job.size))
	for i in payload.size():
		payload[i] = 97 + i % 26
	for i in int(job.inFlight):
		client.send(payload, mode)
	run_for(server, client, payload, mode, int(job.warmUpMs))
	return run_for(server, client, payload, mode, int(job.measureMs))


## Messages per second that arrived at either end.
func run_for(server: WebSocketPeer, client: WebSocketPeer, payload: PackedByteArray, mode: int, milliseconds: int) -> float:
	var start := Time.get_ticks_usec()
	var received := 0
	while Time.get_ticks_usec() - start < milliseconds * 1000 or received == 0:
		server.poll()
		while server.get_available_packet_count() > 0:
			var packet := server.get_packet()
			var text := server.was_string_packet()
			server.send(packet, WebSocketPeer.WRITE_MODE_TEXT if text else WebSocketPeer.WRITE_MODE_BINARY)
			received += 1
		client.poll()
		while client.get_available_packet_count() > 0:
			client.get_packet()
			client.send(payload, mode)
			received += 1
	return received * 1e6 / (Time.get_ticks_usec() - start)
