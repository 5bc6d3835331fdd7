package whatsapp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
)

const (
	// photoTime is how long a picture may take to come: the message waits for it.
	photoTime = 15 * time.Second
	// mostPhoto is the largest picture that is fetched, in bytes.
	mostPhoto = 16 << 20
	// sealed is by how many bytes a file may be longer as it lies on WhatsApp's servers: padding and a checksum, generously.
	sealed = 1 << 10
)

func isPicture(mime string) bool {
	switch strings.ToLower(mime) {
	case "image/jpeg", "image/png", "image/webp", "image/gif":
		return true
	}
	return false
}

// picture is where the picture of a message lies: by its path on WhatsApp's own servers, and sealed. The address in a message is
// its sender's to choose, and the library would go wherever it leads. Nil: there is none, or it is too large.
func picture(m *waE2E.Message) whatsmeow.DownloadableMessage {
	image, file := m.GetImageMessage(), m.GetDocumentMessage()
	switch {
	case image != nil && fits(image.GetDirectPath(), image.GetMediaKey(), image.GetFileEncSHA256(), image.GetFileLength()):
		return &waE2E.ImageMessage{
			DirectPath: image.DirectPath, MediaKey: image.MediaKey, FileEncSHA256: image.FileEncSHA256, FileSHA256: image.FileSHA256, FileLength: image.FileLength,
		}
	case image == nil && file != nil && fits(file.GetDirectPath(), file.GetMediaKey(), file.GetFileEncSHA256(), file.GetFileLength()):
		return &waE2E.DocumentMessage{
			DirectPath: file.DirectPath, MediaKey: file.MediaKey, FileEncSHA256: file.FileEncSHA256, FileSHA256: file.FileSHA256, FileLength: file.FileLength,
		}
	}
	return nil
}

// fits tells whether a file is sealed as every file of WhatsApp's is, and small enough, as far as its sender says.
func fits(path string, key, sum []byte, length uint64) bool {
	return strings.HasPrefix(path, "/") && len(key) == 32 && len(sum) == 32 && length <= mostPhoto
}

// download fetches a picture; nothing where it can't be had: the message goes on without it.
func (h *handler) download(m *waE2E.Message) []byte {
	file := picture(m)
	if file == nil {
		h.w.log.Warn("a picture could not be fetched", "cause", "it is too large, or not as WhatsApp's are")
		return nil
	}
	ctx, cancel := context.WithTimeout(h.ctx, photoTime)
	defer cancel()
	data, err := h.cli.Download(ctx, file)
	if err != nil {
		h.w.log.Warn("a picture could not be fetched", "cause", plain(err))
		return nil
	}
	return data
}

// files is how files come and go: from and to WhatsApp's own servers, and none that is larger than it may be, whatever its
// sender said.
type files struct{ by http.RoundTripper }

var errFile = errors.New("whatsapp: not a file of WhatsApp's")

// RoundTrip refuses every address that is none of WhatsApp's, also one that a redirection leads to.
func (f files) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" || !strings.HasSuffix(r.URL.Hostname(), ".whatsapp.net") {
		return nil, errFile
	}
	resp, err := f.by.RoundTrip(r)
	if err == nil {
		resp.Body = &capped{ReadCloser: resp.Body, left: mostPhoto + sealed}
	}
	return resp, err
}

// capped is a body that fails when more than left bytes come.
type capped struct {
	io.ReadCloser
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, errFile
	}
	return n, err
}
