package telegramtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http"
	"path"
	"strings"

	"github.com/mymmrac/telego"
)

// Limits of files: https://core.telegram.org/bots/api#sendphoto and #getfile.
const (
	maxPhoto       = 10 << 20 // bytes
	maxPhotoSides  = 10000    // width and height together, pixels
	maxPhotoRatio  = 20
	maxDownload    = 20 << 20 // bytes
	fileOfPhoto    = "Photo"
	fileOfDocument = "Document"
	fileOfVoice    = "VoiceNote"
)

// file is a file that the server keeps. The smaller sizes of a photo are files of their own with the same bytes: nothing
// is scaled here.
type file struct {
	id, unique    string
	kind          string
	path          string
	name, mime    string
	data          []byte
	width, height int
	sizes         []telego.PhotoSize // of a photo
}

// store keeps a file of somebody's; the lock is held.
func (s *Server) store(kind, name string, data []byte, width, height int) *file {
	n := len(s.files) + 1
	prefix, folder := "BQACAgQ", "documents"
	switch kind {
	case fileOfPhoto:
		prefix, folder, name = "AgACAgQ", "photos", "photo.jpg"
	case fileOfVoice:
		prefix, folder, name = "AwACAgQ", "voice", "voice.oga"
	}
	f := &file{
		id: fmt.Sprintf("%sAAx0CdHqFkAAD%08d", prefix, n), unique: fmt.Sprintf("AQAD%08d", n), kind: kind,
		path: fmt.Sprintf("%s/file_%d%s", folder, n, path.Ext(name)),
		name: name, mime: http.DetectContentType(data), data: data, width: width, height: height,
	}
	s.files[f.id], s.paths[f.path] = f, f
	return f
}

// storePhoto keeps a photo in the sizes that Telegram would make of it; the lock is held.
func (s *Server) storePhoto(data []byte, width, height int) *file {
	var sizes []telego.PhotoSize
	var f *file
	for _, side := range []int{90, 320, max(width, height)} {
		if side > max(width, height) || (f != nil && side == max(f.width, f.height)) {
			continue
		}
		f = s.store(fileOfPhoto, "", data, max(1, width*side/max(width, height)), max(1, height*side/max(width, height)))
		sizes = append(sizes, telego.PhotoSize{FileID: f.id, FileUniqueID: f.unique, Width: f.width, Height: f.height, FileSize: len(data)})
	}
	for _, size := range sizes {
		s.files[size.FileID].sizes = sizes
	}
	return f
}

// measure finds out how large a picture is, or why Telegram would not take it as a photo.
func measure(data []byte) (width, height int, f *failure) {
	var c image.Config
	err := image.ErrFormat
	for _, decode := range []func(*bytes.Reader) (image.Config, error){
		func(r *bytes.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) },
		func(r *bytes.Reader) (image.Config, error) { return png.DecodeConfig(r) },
		func(r *bytes.Reader) (image.Config, error) { return gif.DecodeConfig(r) },
	} {
		if c, err = decode(bytes.NewReader(data)); err == nil {
			break
		}
	}
	switch {
	case len(data) == 0:
		return 0, 0, badRequest("file must be non-empty")
	case len(data) > maxPhoto:
		return 0, 0, badRequest("file is too big")
	case err != nil:
		return 0, 0, badRequest("IMAGE_PROCESS_FAILED")
	case c.Width+c.Height > maxPhotoSides, c.Width > maxPhotoRatio*c.Height, c.Height > maxPhotoRatio*c.Width:
		return 0, 0, badRequest("PHOTO_INVALID_DIMENSIONS")
	}
	return c.Width, c.Height, nil
}

// input is a file that the bot wants to send: bytes, or the id of one that was sent before.
type input struct {
	kind          string
	id            string
	upload        *upload
	width, height int
}

// input reads a field that holds a file, or points to one.
func (c *call) input(field, kind string) input {
	if u, ok := c.files[field]; ok {
		delete(c.files, field)
		c.take(field)
		return c.uploaded(kind, u)
	}
	return c.referred(c.take(field), kind)
}

func (c *call) uploaded(kind string, u upload) input {
	in := input{kind: kind, upload: &u}
	if kind == fileOfPhoto {
		var f *failure
		if in.width, in.height, f = measure(u.data); f != nil {
			c.fail(f)
		}
	} else if len(u.data) == 0 {
		c.fail(badRequest("file must be non-empty"))
	}
	return in
}

func (c *call) referred(reference, kind string) input {
	if name, ok := strings.CutPrefix(reference, "attach://"); ok {
		if u, ok := c.files[name]; ok {
			delete(c.files, name)
			return c.uploaded(kind, u)
		}
		reference = ""
	}
	switch {
	case reference == "":
		c.fail(badRequest("there is no %s in the request", strings.ToLower(kind)))
	case isLink(reference):
		c.reports = append(c.reports, "the stand-in fetches nothing from the web: send the bytes, or the id of a file")
		c.fail(badRequest("failed to get HTTP URL content"))
	}
	return input{kind: kind, id: reference}
}

// resolve gives the file of an input, kept from now on; the lock is held.
func (s *Server) resolve(in input) (*file, error) {
	if in.upload != nil {
		if in.kind == fileOfPhoto {
			return s.storePhoto(in.upload.data, in.width, in.height), nil
		}
		return s.store(in.kind, in.upload.name, in.upload.data, 0, 0), nil
	}
	f := s.files[in.id]
	switch {
	case f == nil:
		return nil, badRequest("wrong file identifier/HTTP URL specified")
	case f.kind != in.kind:
		return nil, badRequest("can't use file of type %s as %s", f.kind, in.kind)
	}
	return f, nil
}

// show puts a file into a message.
func (f *file) show(m *telego.Message) {
	switch f.kind {
	case fileOfPhoto:
		m.Photo = f.sizes
	case fileOfVoice:
		m.Voice = &telego.Voice{FileID: f.id, FileUniqueID: f.unique, Duration: 3, MimeType: "audio/ogg", FileSize: int64(len(f.data))}
	default:
		m.Document = &telego.Document{FileID: f.id, FileUniqueID: f.unique, FileName: f.name, MimeType: f.mime, FileSize: int64(len(f.data))}
	}
}

func (s *Server) sendPhoto(c *call) (any, error) {
	return s.sendFile(c, c.input("photo", fileOfPhoto))
}

func (s *Server) sendDocument(c *call) (any, error) {
	return s.sendFile(c, c.input("document", fileOfDocument))
}

func (s *Server) sendFile(c *call, in input) (any, error) {
	d := c.destination()
	covered := c.method == "sendPhoto" && c.boolean("has_spoiler")
	caption, entities := c.text("caption", "caption_entities")
	c.ignore("disable_content_type_detection")
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, replyTo, err := s.open(d)
	if err != nil {
		return nil, err
	}
	f, err := s.resolve(in)
	if err != nil {
		return nil, err
	}
	if f := s.pace(ch, 1); f != nil {
		return nil, f
	}
	content := telego.Message{Caption: caption, CaptionEntities: entities, HasMediaSpoiler: covered}
	f.show(&content)
	return s.say(ch, d, replyTo, content), nil
}

func (s *Server) getFile(c *call) (any, error) {
	id := c.take("file_id")
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[id]
	switch {
	case id == "":
		return nil, badRequest("file_id not specified")
	case f == nil:
		return nil, badRequest("invalid file_id")
	case len(f.data) > maxDownload:
		return nil, badRequest("file is too big")
	}
	return telego.File{FileID: f.id, FileUniqueID: f.unique, FileSize: int64(len(f.data)), FilePath: f.path}, nil
}

// download answers /file/bot<token>/<path>. Faults know it as the method "file".
func (s *Server) download(w http.ResponseWriter, r *http.Request, rest string) {
	token, name, _ := strings.Cut(rest, "/")
	c := &call{ctx: r.Context(), method: "file"}
	if fault := s.called(c); fault != nil && !fault.before(s, w, r) {
		return
	}
	s.mu.Lock()
	f := s.paths[name]
	s.mu.Unlock()
	if f == nil || token != s.token {
		body, _ := json.Marshal(notFound().wire())
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write(body)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(f.data)
}
