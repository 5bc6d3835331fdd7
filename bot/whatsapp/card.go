package whatsapp

import (
	"strings"

	"go.mau.fi/whatsmeow/proto/waE2E"

	"github.com/buurtbode/buurtbode/messages"
)

// contact reads a visiting card (vCard, RFC 6350): the first telephone number in it.
func contact(c *waE2E.ContactMessage) *messages.Contact {
	out := &messages.Contact{Name: c.GetDisplayName()}
	for line := range strings.Lines(c.GetVcard()) {
		field, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || out.Phone != "" {
			continue
		}
		kind, _, _ := strings.Cut(field, ";")
		if _, after, grouped := strings.Cut(kind, "."); grouped {
			kind = after
		}
		if strings.EqualFold(kind, "TEL") {
			out.Phone = strings.TrimPrefix(value, "tel:")
		}
	}
	return out
}
