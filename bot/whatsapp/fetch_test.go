package whatsapp

import (
	"errors"
	"io"
	"net/http"
	"testing"
)

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
func (endless) Close() error               { return nil }

func (endless) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: endless{}}, nil
}

func TestFilesAreWhatsAppsAndEnd(t *testing.T) {
	for address, taken := range map[string]bool{
		"https://mmg.whatsapp.net/v/x":                 true,
		"https://media-ams2-1.cdn.whatsapp.net/v/x":    true,
		"http://mmg.whatsapp.net/v/x":                  false,
		"https://whatsapp.net.example.org/v/x":         false,
		"https://mmg.whatsapp.net@169.254.169.254/v/x": false,
		"https://examplewhatsapp.net/":                 false,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := files{endless{}}.RoundTrip(r)
		if taken != (err == nil) {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil {
			continue
		}
		n, err := io.Copy(io.Discard, resp.Body)
		if !errors.Is(err, errFile) || n > mostPhoto+sealed {
			t.Errorf("%s: %d bytes came, %v", address, n, err)
		}
		_ = resp.Body.Close()
	}
}
