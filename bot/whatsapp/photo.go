package whatsapp

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"github.com/buurtbode/buurtbode/messages"
)

// keptFor is how long an uploaded picture is used again: WhatsApp keeps one for some weeks.
const keptFor = 7 * 24 * time.Hour

// upload is a picture as it lies, sealed, on WhatsApp's servers.
type upload struct {
	URL, Path        string
	Key, SHA, EncSHA []byte
	Length           uint64
	At               time.Time
}

// uploads remembers what was uploaded, by the picture's own hash: an alert for many groups uploads its photo once.
type uploads struct {
	mu    sync.Mutex
	known map[string]upload
}

const uploadsKept = 64

func newUploads() *uploads { return &uploads{known: map[string]upload{}} }

func (u *uploads) get(sha string) (upload, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	up, ok := u.known[sha]
	return up, ok && sha != ""
}

func (u *uploads) set(sha string, up upload) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.known) >= uploadsKept {
		clear(u.known)
	}
	u.known[sha] = up
}

// photo is a message with a photo, and the photo's reference.
func (w *WhatsApp) photo(ctx context.Context, cli *whatsmeow.Client, m messages.Outbound, around *waE2E.ContextInfo) (*waE2E.Message, string, error) {
	up, err := w.uploaded(ctx, cli, m.Photo)
	if err != nil {
		return nil, "", err
	}
	file, err := json.Marshal(up)
	if err != nil {
		return nil, "", err
	}
	return &waE2E.Message{ImageMessage: &waE2E.ImageMessage{
		Caption: proto.String(format(m.Body) + w.lines(m)), Mimetype: proto.String(m.Photo.Type()),
		URL: proto.String(up.URL), DirectPath: proto.String(up.Path), MediaKey: up.Key,
		FileSHA256: up.SHA, FileEncSHA256: up.EncSHA, FileLength: proto.Uint64(up.Length), ContextInfo: around,
	}}, string(file), nil
}

// uploaded is where a photo lies; it is uploaded where it doesn't, or not for much longer.
func (w *WhatsApp) uploaded(ctx context.Context, cli *whatsmeow.Client, p *messages.Photo) (upload, error) {
	up, ok := w.photos.get(p.SHA256)
	if !ok && p.File != "" && json.Unmarshal([]byte(p.File), &up) == nil {
		ok = true
	}
	if ok && w.cfg.Now().Sub(up.At) < keptFor {
		return up, nil
	}
	if len(p.Data) == 0 {
		if p.File != "" { // its bytes come with the next try
			return up, &messages.SendError{Code: "photo_file", Cause: errors.New("the picture was uploaded too long ago")}
		}
		return up, &messages.SendError{Code: "empty", Cause: errors.New("the photo has neither an id nor bytes")}
	}
	r, err := cli.Upload(ctx, p.Data, whatsmeow.MediaImage)
	if err != nil {
		return up, err
	}
	up = upload{URL: r.URL, Path: r.DirectPath, Key: r.MediaKey, SHA: r.FileSHA256, EncSHA: r.FileEncSHA256, Length: r.FileLength, At: w.cfg.Now()}
	w.photos.set(p.SHA256, up)
	return up, nil
}
