package storage

import "github.com/buurtbode/buurtbode/messages"

// Claimed is a delivery that this process is to send, with what it needs for it.
type Claimed struct {
	Delivery Delivery
	Part     messages.Part
	Chat     Chat
}
