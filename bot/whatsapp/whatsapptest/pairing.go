package whatsapptest

import "go.mau.fi/whatsmeow/proto/waWa6"

type pairing struct{}

func (p *pairing) drop(*Server)                                {}
func (s *Server) enterPairing(c *conn, p *waWa6.ClientPayload) {}
func (s *Server) receivePairing(c *conn, n *node)              { s.unknown(c, n) }
