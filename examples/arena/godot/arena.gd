# Joins the arena and draws it. Arguments after --: --url=ws://host:9080/arena (or another room), --name=NAME, and
# --frames=N, which walks for N frames and ends (exit code 0 when it has been in the game).
extends Node2D

const Wire := preload("res://packets.gd")
const SIZE := Vector2(1600, 1000)
const PILLARS := [[800, 500, 92], [400, 270, 56], [1200, 270, 56], [400, 730, 56], [1200, 730, 56]]
const SMOOTH := 18.0

var socket := WebSocketPeer.new()
var url := "ws://127.0.0.1:9080/arena"
var player_name := "Godot"
var frames := -1
var id := 0
var names := {}
var state := {players = {}, shots = []}
var shown := {}
var number := 0
var snapshots := 0
var was_open := false
var round_trip := 0.0
var pinged_at := 0
var since_stick := 0.0

func _ready() -> void:
	for argument in OS.get_cmdline_user_args():
		var parts := argument.trim_prefix("--").split("=", true, 1)
		var value := parts[1] if parts.size() > 1 else ""
		match parts[0]:
			"url": url = value
			"name": player_name = value
			"frames": frames = int(value)
	if socket.connect_to_url(url) != OK:
		get_tree().quit(1)

func _process(delta: float) -> void:
	socket.poll()
	match socket.get_ready_state():
		WebSocketPeer.STATE_OPEN: _play(delta)
		WebSocketPeer.STATE_CLOSED:
			print("closed %d %s" % [socket.get_close_code(), socket.get_close_reason()])
			get_tree().quit(0 if frames == 0 and snapshots > 0 else 1)
	for player in state.players:
		var at: Vector2 = state.players[player].position
		var before: Vector2 = shown.get(player, at)
		shown[player] = at if before.distance_to(at) > 120 else before.lerp(at, 1 - exp(-SMOOTH * delta))
	queue_redraw()

func _play(delta: float) -> void:
	if not was_open:
		was_open = true
		socket.send_text(JSON.stringify({kind = "hello", name = player_name}))
	while socket.get_available_packet_count() > 0:
		var packet := socket.get_packet()
		if socket.was_string_packet() or Wire.is_words(packet):
			_hear(JSON.parse_string(packet.get_string_from_utf8()))
		elif packet.size() == 5 and packet[0] == Wire.PING:
			round_trip = (Time.get_ticks_usec() / 250 - packet.decode_u32(1)) / 4.0
		else:
			_take(Wire.snapshot(packet))
	if Time.get_ticks_msec() - pinged_at > 500:
		pinged_at = Time.get_ticks_msec()
		socket.send(Wire.ping(Time.get_ticks_usec() / 250))
	since_stick += delta
	if id != 0 and since_stick > 1.0 / 31:
		since_stick = 0
		_steer()
	if frames > 0 and snapshots > 0:
		frames -= 1
		if frames == 0:
			socket.close(1000, "bye")

func _hear(words: Variant) -> void:
	if typeof(words) != TYPE_DICTIONARY:
		return
	match words.get("kind"):
		"welcome":
			id = int(words.id)
			print("welcome %d" % id)
		"who":
			names.clear()
			for player in words.players:
				names[int(player[0])] = player[1]
		"chat":
			print("%s: %s" % [words.name, words.text])

func _take(snapshot: Dictionary) -> void:
	if snapshot.is_empty():
		return
	snapshots += 1
	state = snapshot

func _steer() -> void:
	var move := Input.get_vector("ui_left", "ui_right", "ui_up", "ui_down")
	if frames >= 0:
		move = Vector2.from_angle(snapshots / 20.0)
	var aim := move.angle()
	var fire := Input.is_mouse_button_pressed(MOUSE_BUTTON_LEFT)
	if frames < 0 and shown.has(id):
		aim = (get_global_mouse_position() - _to_screen(shown[id])).angle()
	number += 1
	socket.send(Wire.stick(number, move, aim, fire))

func _scale() -> float:
	var view := get_viewport_rect().size
	return minf(view.x / SIZE.x, view.y / SIZE.y)

func _to_screen(point: Vector2) -> Vector2:
	return (point - SIZE / 2) * _scale() + get_viewport_rect().size / 2

func _color(player: int) -> Color:
	return Color.from_hsv(fmod(player * 137.5 + 100, 360) / 360, 0.6, 1)

func _draw() -> void:
	draw_set_transform(_to_screen(Vector2.ZERO), 0, Vector2.ONE * _scale())
	draw_rect(Rect2(Vector2.ZERO, SIZE), Color("141b3d"))
	draw_rect(Rect2(Vector2.ZERO, SIZE), Color("5573c4"), false, 5)
	for pillar in PILLARS:
		draw_circle(Vector2(pillar[0], pillar[1]), pillar[2], Color("364179"))
	for shot in state.shots:
		draw_circle(shot.position, 6, _color(shot.owner))
	var font := ThemeDB.fallback_font
	for player in state.players:
		var each: Dictionary = state.players[player]
		if each.health == 0:
			continue
		var at: Vector2 = shown.get(player, each.position)
		draw_line(at, at + Vector2.from_angle(each.aim) * 32, _color(player).darkened(0.3), 12)
		draw_circle(at, 22, _color(player))
		for part in each.health:
			draw_arc(at, 30, part * TAU / 3, (part + 0.8) * TAU / 3, 12, _color(player), 4)
		var label := "%s  %d" % [names.get(player, ""), each.score]
		draw_string(font, at + Vector2(-100, -40), label, HORIZONTAL_ALIGNMENT_CENTER, 200, 18)
	draw_string(font, Vector2(20, 34), "round trip %.1f ms" % round_trip, HORIZONTAL_ALIGNMENT_LEFT, -1, 20)
