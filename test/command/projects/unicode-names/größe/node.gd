extends Node
@rpc func α(): pass
@rpc func Ω(): pass
@rpc func ﬀ(): pass
