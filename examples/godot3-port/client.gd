# Greets the server three times, prints its answers, and says goodbye. Its port to JavaScript, line by line, is
# client.mjs; put this one on a node.
extends Node

const URL = "ws://127.0.0.1:9080"

var client = WebSocketClient.new()
var greetings = 0


func _ready():
	client.connect("connection_established", self, "_on_established")
	client.connect("connection_error", self, "_on_error")
	client.connect("server_close_request", self, "_on_close_request")
	client.connect("connection_closed", self, "_on_closed")
	client.connect("data_received", self, "_on_data")
	var error = client.connect_to_url(URL, ["greetings"])
	if error != OK:
		print("can't connect: error ", error)
		get_tree().quit()


func _process(_delta):
	client.poll()


func _on_established(protocol):
	print("connected, we speak ", protocol)
	client.get_peer(1).set_write_mode(WebSocketPeer.WRITE_MODE_TEXT)
	greet()


func _on_error():
	print("no server at ", URL)
	get_tree().quit()


func _on_close_request(code, reason):
	print("the server leaves: ", code, " ", reason)


func _on_closed(was_clean):
	print("closed by the server" if was_clean else "closed by us, or lost")
	get_tree().quit()


func _on_data():
	print(client.get_peer(1).get_packet().get_string_from_utf8())
	if greetings < 3:
		greet()
	else:
		client.disconnect_from_host(1000, "bye")


func greet():
	greetings += 1
	client.get_peer(1).put_packet(("greeting %d" % greetings).to_utf8())
