package telegramtest

import (
	"fmt"

	"github.com/mymmrac/telego"
)

// How many items an album has: https://core.telegram.org/bots/api#sendmediagroup
const (
	minAlbum = 2
	maxAlbum = 10
)

// sendMediaGroup sends an album of photos, or of documents.
func (s *Server) sendMediaGroup(c *call) (any, error) {
	var items []struct {
		Type     string                 `json:"type"`
		Media    string                 `json:"media"`
		Caption  string                 `json:"caption"`
		Entities []telego.MessageEntity `json:"caption_entities"`
	}
	c.object("media", &items)
	d := c.destination()
	var inputs []input
	for _, i := range items {
		kind := fileOfPhoto
		if i.Type == telego.MediaTypeDocument {
			kind = fileOfDocument
		}
		if kind == fileOfPhoto && i.Type != telego.MediaTypePhoto {
			c.reports = append(c.reports, "the stand-in knows albums of photos and documents only")
		}
		inputs = append(inputs, c.referred(i.Media, kind))
		if f := checkEntities(i.Caption, i.Entities); f != nil {
			c.fail(f)
		}
	}
	if len(items) < minAlbum || len(items) > maxAlbum {
		c.fail(badRequest("an album must include %d-%d items", minAlbum, maxAlbum))
	}
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, replyTo, err := s.open(d)
	if err != nil {
		return nil, err
	}
	files := make([]*file, len(inputs))
	for i, in := range inputs {
		if files[i], err = s.resolve(in); err != nil {
			return nil, err
		}
	}
	if f := s.pace(ch, len(files)); f != nil {
		return nil, f
	}
	album := fmt.Sprint(13_000_000_000_000_000 + len(s.log))
	out := make([]telego.Message, len(files))
	for i, f := range files {
		content := telego.Message{MediaGroupID: album, Caption: items[i].Caption, CaptionEntities: items[i].Entities}
		f.show(&content)
		out[i] = s.say(ch, d, replyTo, content)
	}
	return out, nil
}
