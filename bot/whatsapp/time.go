package whatsapp

import "time"

// realNow is real time, with its monotonic reading: connections, pauses and blocks run by it.
func realNow() time.Time { return time.Now() }
