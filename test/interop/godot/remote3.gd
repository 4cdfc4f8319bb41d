# Godot 3 as the other side of a test: does what the test says, and tells what it sees. No expectation lives here.
#
# The test listens on the port of `--port=N` and sends one command a line, as JSON; each event goes to stdout, also one
# line of JSON. Payloads and reasons are base64. When the test hangs up, the engine quits.
#
#   listen {id, port, tls?, protocols?, headers?, echo?} -> listening {id, port}, accepted {id, server} for each client
#   dial   {id, url, tls?, protocols?, headers?, echo?}  -> refused {id, error} when the call fails
#   send   {id, text, base64}    burst {id, count, size}    close {id, code, reason}    drop {id}    stop {id}
#   wait   {id, seconds} -> waited {id}    clear
#   of each peer: open {id, protocol}, packet {id, text, base64}, closed {id, code, reason, clean}
#   failed {id, error}: a packet that did not find room or a connection
extends SceneTree


class Remote:
	var id = ""
	var echo = false
	## The WebSocketClient, or null for a client of `server`.
	var client = null
	var server = null
	var peer_id = 1
	var code = -1
	var reason = ""
	## Numbered packets that are still to be sent, as soon as there is room.
	var next_number = 0
	var numbers = 0
	var number_size = 0

	func peer():
		return client.get_peer(1) if server == null else server.get_peer(peer_id)


const BUSY_FPS = 250
const OUT_BUFFER = 65536

var control = StreamPeerTCP.new()
var pending = ""
var remotes = {}
var servers = {}
## Commands that started the servers, and how many clients each has had.
var commands = {}
var counts = {}
## End of each wait, in milliseconds of the engine's clock.
var waits = {}


func _init():
	Engine.target_fps = BUSY_FPS
	for argument in OS.get_cmdline_args():
		if argument.begins_with("--port="):
			control.connect_to_host("127.0.0.1", int(argument.trim_prefix("--port=")))


func _idle(_delta):
	var status = control.get_status()
	if status == StreamPeerTCP.STATUS_CONNECTED:
		_read_commands()
	elif status != StreamPeerTCP.STATUS_CONNECTING:
		quit()
	for server in servers.values():
		server.poll()
	for remote in remotes.values():
		if remote.client != null:
			remote.client.poll()
		_burst(remote)
	for id in waits.keys():
		if OS.get_ticks_msec() >= waits[id]:
			waits.erase(id)
			_tell("waited", {"id": id})
	return false


func _tell(event, values):
	values["event"] = event
	print(to_json(values))


func _read_commands():
	# Commands are ASCII: payloads travel as base64.
	var available = control.get_available_bytes()
	if available > 0:
		pending += control.get_data(available)[1].get_string_from_ascii()
	var end = pending.find("\n")
	while end >= 0:
		_obey(parse_json(pending.substr(0, end)))
		pending = pending.substr(end + 1)
		end = pending.find("\n")


func _obey(command):
	match command.op:
		"listen":
			_listen(command)
		"dial":
			_dial(command)
		"wait":
			waits[command.id] = OS.get_ticks_msec() + int(command.seconds * 1000)
		"stop":
			servers[command.id].stop()
		"clear":
			remotes.clear()
			for server in servers.values():
				server.stop()
			servers.clear()
		_:
			if remotes.has(command.id):
				_obey_on(remotes[command.id], command)


func _obey_on(remote, command):
	match command.op:
		"send":
			_send(remote, Marshalls.base64_to_raw(command.base64), command.text)
		"burst":
			remote.next_number = 0
			remote.numbers = int(command.count)
			remote.number_size = int(command.size)
		"close":
			var reason = Marshalls.base64_to_utf8(command.reason)
			if remote.server == null:
				remote.client.disconnect_from_host(int(command.code), reason)
			else:
				remote.server.disconnect_peer(remote.peer_id, int(command.code), reason)
		"drop":
			remotes.erase(remote.id)


func _listen(command):
	var server = WebSocketServer.new()
	server.bind_ip = "127.0.0.1"
	server.set_extra_headers(PoolStringArray(command.get("headers", [])))
	if command.has("tls"):
		server.private_key = CryptoKey.new()
		server.private_key.load(command.tls.key)
		server.ssl_certificate = _certificate(command.tls.cert)
	server.connect("client_connected", self, "_client_connected", [command.id])
	server.connect("client_close_request", self, "_client_close_request", [command.id])
	server.connect("client_disconnected", self, "_client_disconnected", [command.id])
	server.connect("data_received", self, "_client_data", [command.id])
	servers[command.id] = server
	commands[command.id] = command
	counts[command.id] = 0
	var error = server.listen(int(command.port), PoolStringArray(command.get("protocols", [])))
	_tell("listening", {"id": command.id, "port": command.port if error == OK else 0})


func _dial(command):
	var remote = Remote.new()
	remote.id = command.id
	remote.echo = command.get("echo", false)
	remote.client = WebSocketClient.new()
	var client = remote.client
	if command.has("tls"):
		client.trusted_ssl_certificate = _certificate(command.tls.trust)
	client.connect("connection_established", self, "_established", [remote.id])
	client.connect("connection_error", self, "_error", [remote.id])
	client.connect("connection_closed", self, "_closed", [remote.id])
	client.connect("server_close_request", self, "_close_request", [remote.id])
	client.connect("data_received", self, "_data", [remote.id])
	remotes[remote.id] = remote
	var protocols = PoolStringArray(command.get("protocols", []))
	var headers = PoolStringArray(command.get("headers", []))
	var error = client.connect_to_url(command.url, protocols, false, headers)
	if error != OK:
		remotes.erase(remote.id)
		_tell("refused", {"id": remote.id, "error": error})


func _certificate(path):
	var certificate = X509Certificate.new()
	certificate.load(path)
	return certificate


# --- signals of a client ---


func _established(protocol, id):
	_tell("open", {"id": id, "protocol": protocol, "url": ""})


func _error(id):
	_finish(id, false)


func _closed(clean, id):
	_finish(id, clean)


func _close_request(code, reason, id):
	_note_close(id, code, reason)


func _data(id):
	if remotes.has(id):
		_take(remotes[id])


# --- signals of a server ---


func _client_connected(peer_id, protocol, server_id):
	var remote = Remote.new()
	remote.id = "%s.%d" % [server_id, counts[server_id]]
	counts[server_id] += 1
	remote.server = servers[server_id]
	remote.peer_id = peer_id
	remote.echo = commands[server_id].get("echo", false)
	remotes[remote.id] = remote
	_tell("accepted", {"id": remote.id, "server": server_id})
	_tell("open", {"id": remote.id, "protocol": protocol, "url": ""})


func _client_close_request(peer_id, code, reason, server_id):
	_note_close(_find(peer_id, server_id), code, reason)


func _client_disconnected(peer_id, clean, server_id):
	_finish(_find(peer_id, server_id), clean)


func _client_data(peer_id, server_id):
	_data(_find(peer_id, server_id))


func _find(peer_id, server_id):
	for remote in remotes.values():
		if remote.peer_id == peer_id and remote.server == servers.get(server_id):
			return remote.id
	return ""


# --- both ---


func _note_close(id, code, reason):
	if remotes.has(id):
		remotes[id].code = code
		remotes[id].reason = reason


func _finish(id, clean):
	if remotes.has(id):
		var remote = remotes[id]
		remotes.erase(id)
		_tell("closed", {"id": id, "code": remote.code, "reason": remote.reason, "clean": clean})


func _take(remote):
	var peer = remote.peer()
	while peer.get_available_packet_count() > 0:
		var bytes = peer.get_packet()
		var text = peer.was_string_packet()
		_tell("packet", {"id": remote.id, "text": text, "base64": Marshalls.raw_to_base64(bytes)})
		if remote.echo:
			_send(remote, bytes, text)


func _send(remote, bytes, text):
	var peer = remote.peer()
	peer.set_write_mode(WebSocketPeer.WRITE_MODE_TEXT if text else WebSocketPeer.WRITE_MODE_BINARY)
	var error = peer.put_packet(bytes)
	if error != OK:
		_tell("failed", {"id": remote.id, "error": error})


func _burst(remote):
	while remote.next_number < remote.numbers:
		if remote.peer().get_current_outbound_buffered_amount() + remote.number_size >= OUT_BUFFER:
			return
		var number = str(remote.next_number)
		_send(remote, (number + " ".repeat(remote.number_size - number.length())).to_utf8(), true)
		remote.next_number += 1
