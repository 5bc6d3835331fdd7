package webchat

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// The page: plain files, as the browser gets them.
//
//go:embed page
var pageFiles embed.FS

// policy lets the page load its own files and nothing else; data: is a photo that is about to be sent.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Bodies of requests, in bytes.
const (
	maxJSON  = 32 << 10
	maxPhoto = 10 << 20
)

// Handler answers the page's requests.
func (w *Webchat) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", w.index)
	mux.HandleFunc("GET /page/{file}", w.file)
	mux.HandleFunc("GET /photo/{key}", w.photo)
	mux.HandleFunc("GET /document/{key}", w.document)
	mux.HandleFunc("GET /api/hello", w.hello)
	mux.HandleFunc("GET /api/events", w.events)
	mux.HandleFunc("GET /api/earlier", w.earlier)
	mux.HandleFunc("POST /api/say", w.say)
	mux.HandleFunc("POST /api/photo", w.sayPhoto)
	mux.HandleFunc("POST /api/read", w.markRead)
	if w.cfg.Stage != nil {
		mux.HandleFunc("POST /api/clock", w.forward)
	}
	return w.guarded(mux)
}

// guarded lets in what the doors admit, and sets what holds for every answer.
func (w *Webchat) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		h := out.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(self)")
		h.Set("Cache-Control", "no-store")
		if !w.doors.admits(r) {
			http.Error(out, "not from here", http.StatusForbidden)
			return
		}
		_ = http.NewResponseController(out).SetWriteDeadline(w.now().Add(writeTimeout)) // a recorder in a test has none
		next.ServeHTTP(out, r)
	})
}

// index is the page itself, in the language of the browser.
func (w *Webchat) index(out http.ResponseWriter, r *http.Request) {
	html, err := pageFiles.ReadFile("page/index.html")
	if err != nil {
		http.Error(out, "no page", http.StatusInternalServerError)
		return
	}
	if w.cfg.Stage == nil && visitor(r) == "" {
		w.doors.welcome(out)
	}
	lang := w.language(r)
	html = bytes.Replace(html, []byte(`lang="nl"`), []byte(`lang="`+lang+`"`), 1)
	out.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = out.Write(html) // who asked may have gone
}

// file is one of the files of the page.
func (w *Webchat) file(out http.ResponseWriter, r *http.Request) {
	file := r.PathValue("file")
	data, err := fs.ReadFile(pageFiles, "page/"+file)
	if err != nil || file == "index.html" {
		http.NotFound(out, r)
		return
	}
	out.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(file)))
	out.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(out, r, file, time.Time{}, bytes.NewReader(data))
}

// language is the page's: the one that was chosen on it, else the browser's.
func (w *Webchat) language(r *http.Request) string {
	tags := strings.Split(r.URL.Query().Get("lang")+","+r.Header.Get("Accept-Language"), ",")
	for _, tag := range tags {
		base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), ";")
		base, _, _ = strings.Cut(base, "-")
		for _, have := range w.cfg.Languages {
			if base == have {
				return have
			}
		}
	}
	return w.cfg.Languages[0]
}

// who is the person whose phone the request is about: on a stage whom the page names, else the visitor.
func (w *Webchat) who(r *http.Request) (Person, bool) {
	if w.cfg.Stage == nil {
		id := visitor(r)
		if id == "" {
			return Person{}, false
		}
		p, ok := w.cfg.Town.Person(id)
		if p.Language == "" {
			p.Language = w.language(r)
		}
		return p, ok
	}
	people := w.cfg.Stage.People()
	as := r.URL.Query().Get("as")
	for _, p := range people {
		if p.ID == as {
			return p, true
		}
	}
	if as == "" && len(people) > 0 {
		return people[0], true
	}
	return Person{}, false
}

// someone is who, or answers that nobody is there.
func (w *Webchat) someone(out http.ResponseWriter, r *http.Request) (Person, bool) {
	p, ok := w.who(r)
	if !ok {
		http.Error(out, "who are you", http.StatusUnauthorized)
	}
	return p, ok
}

func answer(out http.ResponseWriter, body any) {
	out.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(out).Encode(body) // who asked may have gone
}

// read decodes a body of JSON, or answers what is wrong with it.
func read(out http.ResponseWriter, r *http.Request, into any) bool {
	err := json.NewDecoder(http.MaxBytesReader(out, r.Body, maxJSON)).Decode(into)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		http.Error(out, "too large", http.StatusRequestEntityTooLarge)
	case err != nil:
		http.Error(out, "not understood", http.StatusBadRequest)
	}
	return err == nil
}

// readAll reads a body of bytes, or answers what is wrong with it.
func readAll(out http.ResponseWriter, r *http.Request, limit int64) ([]byte, bool) {
	data, err := io.ReadAll(http.MaxBytesReader(out, r.Body, limit))
	if err != nil {
		http.Error(out, "too large", http.StatusRequestEntityTooLarge)
	}
	return data, err == nil
}
