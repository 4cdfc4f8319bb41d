# Godot 4 as the other side of a test: does what the test says, and tells what it sees. No expectation lives here.
#
# The test listens on the port of `--port=N` and sends one command a line, as JSON; each event goes to stdout, also one
# line of JSON. Payloads and reasons are base64. When the test hangs up, the engine quits.
#
#   listen {id, tls?, protocols?, headers?, set?, echo?} -> listening {id, port}, accepted {id, server} for each client
#   dial   {id, url, tls?, protocols?, headers?, set?, echo?} -> refused {id, error} when the call fails
#   set    {id, set}    send {id, text, base64}    burst {id, count, size}    read {id, on}    close {id, code, reason}
#   drop   {id}         wait {id, seconds} -> waited {id}                     clear
#   of each peer: open {id, protocol, url}, packet {id, text, base64}, closed {id, code, reason, protocol}
#   failed {id, error}: a send that did not find room or a connection
extends SceneTree


class Link:
	var id: String
	var peer := WebSocketPeer.new()
	var echo := false
	var reading := true
	var state := WebSocketPeer.STATE_CONNECTING
	## Numbered packets that are still to be sent, as soon as there is room.
	var next_number := 0
	var numbers := 0
	var number_size := 0


class Server:
	var id: String
	var tcp := TCPServer.new()
	var tls: TLSOptions
	var command: Dictionary
	var count := 0


const BUSY_FPS := 250

var control := StreamPeerTCP.new()
var pending := PackedByteArray()
var links := {}
var servers := {}
## End of each wait, in milliseconds of the engine's clock.
var waits := {}


func _initialize() -> void:
	Engine.max_fps = BUSY_FPS
	for argument in OS.get_cmdline_user_args():
		if argument.begins_with("--port="):
			control.connect_to_host("127.0.0.1", argument.trim_prefix("--port=").to_int())


func _process(_delta: float) -> bool:
	control.poll()
	if control.get_status() == StreamPeerTCP.STATUS_CONNECTED:
		_read_commands()
	elif control.get_status() != StreamPeerTCP.STATUS_CONNECTING:
		quit()
	for server in servers.values():
		_accept(server)
	for link in links.values():
		_drive(link)
	for id in waits.keys():
		if Time.get_ticks_msec() >= waits[id]:
			waits.erase(id)
			_tell("waited", {"id": id})
	return false


func _tell(event: String, values: Dictionary) -> void:
	values["event"] = event
	print(JSON.stringify(values))


func _read_commands() -> void:
	if control.get_available_bytes() > 0:
		pending.append_array(control.get_data(control.get_available_bytes())[1])
	var end := pending.find(10)
	while end >= 0:
		_obey(JSON.parse_string(pending.slice(0, end).get_string_from_utf8()))
		pending = pending.slice(end + 1)
		end = pending.find(10)


func _obey(command: Dictionary) -> void:
	match command.op:
		"listen":
			_listen(command)
		"dial":
			_dial(command)
		"wait":
			waits[command.id] = Time.get_ticks_msec() + int(command.seconds * 1000)
		"clear":
			for link in links.values():
				link.peer.close(-1)
			links.clear()
			servers.clear()
		_:
			if links.has(command.id):
				_obey_on(links[command.id], command)


func _obey_on(link: Link, command: Dictionary) -> void:
	match command.op:
		"set":
			_configure(link.peer, command)
		"send":
			_send(link, Marshalls.base64_to_raw(command.base64), command.text)
		"burst":
			link.next_number = 0
			link.numbers = int(command.count)
			link.number_size = int(command.size)
		"read":
			link.reading = command.on
		"close":
			link.peer.close(int(command.code), Marshalls.base64_to_utf8(command.reason))
		"drop":
			links.erase(link.id)


func _listen(command: Dictionary) -> void:
	var server := Server.new()
	server.id = command.id
	server.command = command
	if command.has("tls"):
		var key := CryptoKey.new()
		key.load(command.tls.key)
		server.tls = TLSOptions.server(key, _certificate(command.tls.cert))
	server.tcp.listen(0, "127.0.0.1")
	servers[server.id] = server
	_tell("listening", {"id": server.id, "port": server.tcp.get_local_port()})


func _accept(server: Server) -> void:
	while server.tcp.is_connection_available():
		var link := _link("%s.%d" % [server.id, server.count], server.command)
		server.count += 1
		var stream: StreamPeer = server.tcp.take_connection()
		if server.tls != null:
			var tls := StreamPeerTLS.new()
			tls.accept_stream(stream, server.tls)
			stream = tls
		link.peer.accept_stream(stream)
		_tell("accepted", {"id": link.id, "server": server.id})


func _dial(command: Dictionary) -> void:
	var link := _link(command.id, command)
	var options: TLSOptions = null
	if command.has("tls"):
		options = TLSOptions.client(_certificate(command.tls.trust), command.tls.get("name", ""))
	var error := link.peer.connect_to_url(command.url, options)
	if error != OK:
		_tell("refused", {"id": link.id, "error": error})
		links.erase(link.id)


func _link(id: String, command: Dictionary) -> Link:
	var link := Link.new()
	link.id = id
	link.echo = command.get("echo", false)
	_configure(link.peer, command)
	links[id] = link
	return link


func _configure(peer: WebSocketPeer, command: Dictionary) -> void:
	if command.has("protocols"):
		peer.supported_protocols = PackedStringArray(command.protocols)
	if command.has("headers"):
		peer.handshake_headers = PackedStringArray(command.headers)
	var settings: Dictionary = command.get("set", {})
	for property in settings:
		peer.set(property, settings[property])


func _certificate(path: String) -> X509Certificate:
	var certificate := X509Certificate.new()
	certificate.load(path)
	return certificate


func _drive(link: Link) -> void:
	var peer := link.peer
	peer.poll()
	var state := peer.get_ready_state()
	if state != link.state:
		link.state = state
		if state == WebSocketPeer.STATE_OPEN:
			_tell("open", {"id": link.id, "protocol": peer.get_selected_protocol(), "url": peer.get_requested_url()})
		elif state == WebSocketPeer.STATE_CLOSED:
			_tell_closed(link)
			return
	if state != WebSocketPeer.STATE_OPEN:
		return
	while link.reading and peer.get_available_packet_count() > 0:
		var bytes := peer.get_packet()
		var text := peer.was_string_packet()
		_tell("packet", {"id": link.id, "text": text, "base64": Marshalls.raw_to_base64(bytes)})
		if link.echo:
			_send(link, bytes, text)
	_burst(link)


func _tell_closed(link: Link) -> void:
	var peer := link.peer
	links.erase(link.id)
	_tell("closed", {
		"id": link.id, "code": peer.get_close_code(), "reason": peer.get_close_reason(),
		"protocol": peer.get_selected_protocol(),
	})


func _send(link: Link, bytes: PackedByteArray, text: bool) -> void:
	var mode := WebSocketPeer.WRITE_MODE_TEXT if text else WebSocketPeer.WRITE_MODE_BINARY
	var error := link.peer.send(bytes, mode)
	if error != OK:
		_tell("failed", {"id": link.id, "error": error})


func _burst(link: Link) -> void:
	var peer := link.peer
	while link.next_number < link.numbers:
		if peer.get_current_outbound_buffered_amount() + link.number_size > peer.outbound_buffer_size:
			return
		_send(link, str(link.next_number).rpad(link.number_size).to_utf8_buffer(), true)
		link.next_number += 1
