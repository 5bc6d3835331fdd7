package bot

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/messages/picture"
)

// draw makes the picture of a chart, at the moment that it is sent: it takes some hundredths of a second, too long for a
// transaction, and only figures need keeping. A chart that can't be drawn is left out: its text says the same.
func (o *outbox) draw(d *messages.Drawing) *messages.Photo {
	var png []byte
	err := guard(func() (err error) {
		bars := make([]picture.Bar, len(d.Bars))
		for i, b := range d.Bars {
			bars[i] = picture.Bar{Label: b.Label, Value: b.Value, Text: b.Text, Mark: b.Mark}
		}
		if d.Full > 0 {
			png, err = picture.BarsOf(d.Full, d.Title, bars, d.Note)
		} else {
			png, err = picture.Bars(d.Title, bars, d.Note)
		}
		return err
	})
	if err != nil {
		o.log.Warn("a chart could not be drawn, only its text goes out", "bars", len(d.Bars), "error", err)
		return nil
	}
	sum := sha256.Sum256(png)
	return &messages.Photo{SHA256: hex.EncodeToString(sum[:]), Data: png}
}
