package whatsapp_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"github.com/buurtbode/buurtbode/messages"
)

// What a message says of its picture is its sender's to say: the bot must not go where it leads.
func TestPicturesComeFromWhatsAppOnly(t *testing.T) {
	var visits atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		visits.Add(1)
		_, _ = w.Write([]byte("the secrets of the town hall"))
	}))
	defer inside.Close()
	r := newRig(t).start()
	anna := r.server.Person("Anna", annasNumber)
	bot := r.server.PN(botsNumber)
	up, err := anna.Client().Upload(t.Context(), photo(t), whatsmeow.MediaImage)
	if err != nil {
		t.Fatal(err)
	}
	for caption, image := range map[string]*waE2E.ImageMessage{
		"somewhere else":          {URL: proto.String(inside.URL), MediaKey: up.MediaKey, FileEncSHA256: up.FileEncSHA256, FileSHA256: up.FileSHA256},
		"somewhere else, no key":  {URL: proto.String(inside.URL)},
		"a path that is a host":   {DirectPath: proto.String("@" + inside.Listener.Addr().String() + "/"), MediaKey: up.MediaKey, FileEncSHA256: up.FileEncSHA256},
		"a path without a key":    {DirectPath: &up.DirectPath},
		"a key that is too short": {DirectPath: &up.DirectPath, MediaKey: []byte{1}, FileEncSHA256: up.FileEncSHA256},
		"too large":               {DirectPath: &up.DirectPath, MediaKey: up.MediaKey, FileEncSHA256: up.FileEncSHA256, FileLength: proto.Uint64(1 << 62)},
	} {
		image.Caption = &caption
		anna.Sends(bot, &waE2E.Message{ImageMessage: image})
		in := r.hears(caption, func(in messages.Inbound) bool { return in.Text == caption })
		if in.Photo == nil || in.Photo.Data != nil {
			t.Errorf("%s: the photo is %+v", caption, in.Photo)
		}
	}
	if n := visits.Load(); n != 0 {
		t.Errorf("the bot went %d times where a message told it to", n)
	}
	good := &waE2E.ImageMessage{
		URL: proto.String(inside.URL), DirectPath: &up.DirectPath, MediaKey: up.MediaKey, FileEncSHA256: up.FileEncSHA256,
		FileSHA256: up.FileSHA256, FileLength: &up.FileLength, Caption: proto.String("good"),
	}
	anna.Sends(bot, &waE2E.Message{ImageMessage: good})
	if in := r.hearsText("good"); string(in.Photo.Data) != string(photo(t)) || visits.Load() != 0 {
		t.Errorf("a picture by its path gives %+v, after %d visits", in.Photo, visits.Load())
	}
}
