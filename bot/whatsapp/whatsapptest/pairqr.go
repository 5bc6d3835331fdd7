package whatsapptest

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
)

// ScanQR links the client that shows a QR code to a number, as its owner does by scanning it with the phone. The code is
// the text in it. It blocks until the client has agreed, and returns ErrNoSuchCode when no client shows that code,
// ErrRefused when the client didn't accept it.
func (s *Server) ScanQR(code, number string) error {
	parts := strings.Split(strings.TrimSpace(code), ",")
	if len(parts) != 4 {
		return fmt.Errorf("%w: it has %d parts, not 4", ErrNoSuchCode, len(parts))
	}
	var keys [3][]byte
	for i := range keys {
		key, err := base64.StdEncoding.DecodeString(parts[i+1])
		if err != nil {
			return fmt.Errorf("%w: %w", ErrNoSuchCode, err)
		}
		keys[i] = key
	}
	s.mu.Lock()
	p := s.pairings[parts[0]]
	if p != nil && (string(keys[0]) != string(p.conn.noise[:]) || string(keys[1]) != string(p.identity[:])) {
		p = nil
	}
	s.mu.Unlock()
	if p == nil {
		return ErrNoSuchCode
	}
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	return s.offer(ctx, p, number, keys[2])
}
