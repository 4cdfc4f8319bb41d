# Godot 3 as the other side of a test: does what the test says, and tells what it sees. No expectation lives here.
#
# The test listens on the port of `--port=N` and sends one command a line, as JSON; each event goes to stdout, also one
# line of JSON. Payloads and reasons are base64. When the test hangs up, the engine quits.
#
#   listen {id, port, tls?, protocols?, headers?, echo?, vars?} -> listening {id, port}, accepted {id, server} for each client
#   dial   {id, url, tls?, protocols?, headers?, echo?, vars?}  -> refused {id, error} when the call fails
#   with `vars` each packet is decoded by get_var, and goes back encoded by put_var
#   send   {id, text, base64}    burst {id, count, size}    close {id, code, reason}    drop {id}    stop {id}
#   wait   {id, seconds} -> waited {id}    clear
#   of each peer: open {id, protocol}, packet {id, text, base64}, closed {id, code, reason, clean}
#   failed {id, error}: a packet that did not find room or a connection
extends SceneTree


class Link:
	var id = ""
	var echo = false
	var vars = false
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
var links = {}
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
	for link in links.values():
		if link.client != null:
			link.client.poll()
		_burst(link)
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
			links.clear()
			for server in servers.values():
				server.stop()
			servers.clear()
		_:
			if links.has(command.id):
				_obey_on(links[command.id], command)


func _obey_on(link, command):
	match command.op:
		"send":
			_send(link, Marshalls.base64_to_raw(command.base64), command.text)
		"burst":
			link.next_number = 0
			link.numbers = int(command.count)
			link.number_size = int(command.size)
		"close":
			var reason = Marshalls.base64_to_utf8(command.reason)
			if link.server == null:
				link.client.disconnect_from_host(int(command.code), reason)
			else:
				link.server.disconnect_peer(link.peer_id, int(command.code), reason)
		"drop":
			links.erase(link.id)


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
	var link = Link.new()
	link.id = command.id
	link.echo = command.get("echo", false)
	link.vars = command.get("vars", false)
	link.client = WebSocketClient.new()
	var client = link.client
	if command.has("tls"):
		client.trusted_ssl_certificate = _certificate(command.tls.trust)
	client.connect("connection_established", self, "_established", [link.id])
	client.connect("connection_error", self, "_error", [link.id])
	client.connect("connection_closed", self, "_closed", [link.id])
	client.connect("server_close_request", self, "_close_request", [link.id])
	client.connect("data_received", self, "_data", [link.id])
	links[link.id] = link
	var protocols = PoolStringArray(command.get("protocols", []))
	var headers = PoolStringArray(command.get("headers", []))
	var error = client.connect_to_url(command.url, protocols, false, headers)
	if error != OK:
		links.erase(link.id)
		_tell("refused", {"id": link.id, "error": error})


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
	if links.has(id):
		_take(links[id])


# --- signals of a server ---


func _client_connected(peer_id, protocol, server_id):
	var link = Link.new()
	link.id = "%s.%d" % [server_id, counts[server_id]]
	counts[server_id] += 1
	link.server = servers[server_id]
	link.peer_id = peer_id
	link.echo = commands[server_id].get("echo", false)
	link.vars = commands[server_id].get("vars", false)
	links[link.id] = link
	_tell("accepted", {"id": link.id, "server": server_id})
	_tell("open", {"id": link.id, "protocol": protocol, "url": ""})


func _client_close_request(peer_id, code, reason, server_id):
	_note_close(_find(peer_id, server_id), code, reason)


func _client_disconnected(peer_id, clean, server_id):
	_finish(_find(peer_id, server_id), clean)


func _client_data(peer_id, server_id):
	_data(_find(peer_id, server_id))


func _find(peer_id, server_id):
	for link in links.values():
		if link.peer_id == peer_id and link.server == servers.get(server_id):
			return link.id
	return ""


# --- both ---


func _note_close(id, code, reason):
	if links.has(id):
		links[id].code = code
		links[id].reason = reason


func _finish(id, clean):
	if links.has(id):
		var link = links[id]
		links.erase(id)
		_tell("closed", {"id": id, "code": link.code, "reason": link.reason, "clean": clean})


func _take(link):
	var peer = link.peer()
	while peer.get_available_packet_count() > 0:
		if link.vars:
			peer.put_var(peer.get_var())
			continue
		var bytes = peer.get_packet()
		var text = peer.was_string_packet()
		_tell("packet", {"id": link.id, "text": text, "base64": Marshalls.raw_to_base64(bytes)})
		if link.echo:
			_send(link, bytes, text)


func _send(link, bytes, text):
	var peer = link.peer()
	peer.set_write_mode(WebSocketPeer.WRITE_MODE_TEXT if text else WebSocketPeer.WRITE_MODE_BINARY)
	var error = peer.put_packet(bytes)
	if error != OK:
		_tell("failed", {"id": link.id, "error": error})


func _burst(link):
	while link.next_number < link.numbers:
		if link.peer().get_current_outbound_buffered_amount() + link.number_size >= OUT_BUFFER:
			return
		var number = str(link.next_number)
		_send(link, (number + " ".repeat(link.number_size - number.length())).to_utf8(), true)
		link.next_number += 1
