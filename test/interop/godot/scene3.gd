# A member of a game over gd_mp_api, server or client, that calls methods and sets properties at the others and prints what
# is done at itself. Our side of it is in ../lib/scene3.ts.
extends Node

const PORT = 9080
const IS_SERVER = false
# What TLS needs, as paths of files; '' for none.
const KEY = ""
const CERTIFICATE = ""
const ROOT = ""

var peer
var members = 0
puppet var score = 0 setget set_score
remotesync var mood = "" setget set_mood


func _init():
	name = "Main"


func _ready():
	get_tree().connect("network_peer_connected", self, "_on_joined")
	get_tree().multiplayer.connect("network_peer_packet", self, "_on_packet")
	if IS_SERVER:
		peer = WebSocketServer.new()
		if KEY != "":
			peer.private_key = CryptoKey.new()
			peer.private_key.load(KEY)
			peer.ssl_certificate = certificate(CERTIFICATE)
		if peer.listen(PORT, PoolStringArray(), true) == OK:
			print("listening")
	else:
		peer = WebSocketClient.new()
		var url = "ws://127.0.0.1:%d" % PORT
		if ROOT != "":
			peer.trusted_ssl_certificate = certificate(ROOT)
			url = "wss://localhost:%d" % PORT
		peer.connect_to_url(url, PoolStringArray(), true)
	get_tree().network_peer = peer


func certificate(path):
	var made = X509Certificate.new()
	made.load(path)
	return made


func who(id):
	if id == get_tree().get_network_unique_id():
		return "itself"
	return "the server" if id == 1 else "a client"


func done(what, value):
	print("%s %s by %s" % [what, str(value), who(get_tree().get_rpc_sender_id())])


func set_score(value):
	done("score", value)


func set_mood(value):
	done("mood", value)


func _on_joined(_id):
	members += 1
	if IS_SERVER and members == 2:
		lead()


func _on_packet(id, bytes):
	print("bytes %d by %s" % [bytes[0], who(id)])


func lead():
	rpc("remote_one", "lead")
	rpc("master_one", "lead")
	rpc("puppet_one", "lead")
	rpc("remotesync_one", "lead")
	rpc("mastersync_one", "lead")
	rpc("puppetsync_one", "lead")
	rpc("undeclared", "lead")
	rset("mood", "good")
	rset("score", 7)
	get_tree().multiplayer.send_bytes(PoolByteArray([5]))
	rpc("follow", [1, 2.5, "three", { "four": null }, Vector2(5, 6)])


remote func follow(values):
	done("follow", values)
	var other = 0
	for id in get_tree().get_network_connected_peers():
		if id != 1:
			other = id
	rpc("remote_one", "all")
	rpc("master_one", "all")
	rpc("puppet_one", "all")
	rpc("remotesync_one", "all")
	rpc("mastersync_one", "all")
	rpc("puppetsync_one", "all")
	rpc_id(other, "remote_one", "relayed")
	rpc_id(-other, "remote_one", "not the other")
	rset("mood", "bad")
	rset("score", 9)
	rset_id(other, "mood", "relayed")
	rpc("last")


func undeclared(value): done("undeclared", value)
remote func remote_one(value): done("remote", value)
master func master_one(value): done("master", value)
puppet func puppet_one(value): done("puppet", value)
remotesync func remotesync_one(value): done("remotesync", value)
mastersync func mastersync_one(value): done("mastersync", value)
puppetsync func puppetsync_one(value): done("puppetsync", value)
remote func last(): done("last", "call")
