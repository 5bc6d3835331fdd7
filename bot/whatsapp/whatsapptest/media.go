package whatsapptest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Where clients are told to put and fetch files, and how much one may be. WhatsApp takes documents up to 2 GB; nobody
// here needs that.
const (
	mediaHost = "mmg.whatsapp.net"
	mediaAuth = "not-a-secret"
	maxMedia  = 64 << 20
)

// answerMedia tells a client where files go.
func (s *Server) answerMedia(c *conn, n *node) {
	c.result(n, element("media_conn", attrs{"auth": mediaAuth, "ttl": "300", "auth_ttl": "21600", "max_buckets": "12"},
		element("host", attrs{"hostname": mediaHost})))
}

// Downloads counts how often a file was fetched.
func (s *Server) Downloads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.downloads
}

// routeMedia serves files. They are encrypted by who sends them: the server only knows their hash.
func (s *Server) routeMedia(mux *http.ServeMux) {
	mux.HandleFunc("POST /mms/{kind}/{token}", s.upload)
	mux.HandleFunc("GET /v/{kind}/{token}", s.download)
}

func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMedia))
	sum := sha256.Sum256(data)
	token := base64.URLEncoding.EncodeToString(sum[:])
	switch {
	case err != nil:
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	case r.URL.Query().Get("auth") != mediaAuth:
		http.Error(w, "not authorized", http.StatusUnauthorized)
		return
	case r.PathValue("token") != token:
		http.Error(w, "the hash differs", http.StatusBadRequest)
		return
	}
	path := fmt.Sprintf("/v/%s/%s", r.PathValue("kind"), token)
	s.mu.Lock()
	s.media[path] = data
	s.mu.Unlock()
	direct := path + "?ccb=1" // clients add more after an &
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{ // a client that has gone needs no answer
		"url": "https://" + mediaHost + direct, "direct_path": direct,
	})
}

func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	data, ok := s.media[r.URL.Path]
	s.downloads++
	s.mu.Unlock()
	if !ok {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	_, _ = w.Write(data)
}
