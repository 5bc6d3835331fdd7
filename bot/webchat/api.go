package webchat

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// phone is a person as the page knows it.
type phone struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	About  string `json:"about,omitempty"`
	Phone  string `json:"phone,omitempty"`
	Lang   string `json:"lang,omitempty"`
	Unread int    `json:"unread"`
}

// entry is a command in the menu beside the typing box.
type entry struct {
	Name string `json:"name"`
	What string `json:"what"`
}

// greeting is everything that a page needs once, before it follows the chats.
type greeting struct {
	Stage     bool               `json:"stage"`
	Lang      string             `json:"lang"`
	Languages []string           `json:"languages"`
	Texts     map[string]string  `json:"texts"`
	Me        phone              `json:"me"`
	Zone      string             `json:"zone"`
	Menus     map[string][]entry `json:"menus"`
	Places    []Place            `json:"places,omitempty"`
}

func (w *Webchat) hello(out http.ResponseWriter, r *http.Request) {
	me, ok := w.someone(out, r)
	if !ok {
		return
	}
	lang := w.language(r)
	g := greeting{
		Stage: w.cfg.Stage != nil, Lang: lang, Languages: w.cfg.Languages, Texts: w.texts(lang), Me: w.phone(me, lang),
		Zone: w.cfg.Clock.Now().Location().String(), Menus: w.menu(me.Language),
	}
	if w.cfg.Stage != nil {
		for _, p := range w.cfg.Stage.Places() {
			g.Places = append(g.Places, *placeOut(&p))
		}
	}
	answer(out, g)
}

func (w *Webchat) phone(p Person, lang string) phone {
	about := ""
	if p.About.ID != "" || p.About.Raw != "" {
		about = w.cfg.Say(lang, p.About)
	}
	return phone{ID: p.ID, Name: p.Name, About: about, Phone: p.Phone, Lang: p.Language}
}

// menu has the commands for each kind of chat in a language, or in the one for everybody else.
func (w *Webchat) menu(lang string) map[string][]entry {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[string][]entry{}
	for _, want := range []string{"", lang} {
		for _, m := range w.menus {
			if m.Language != want {
				continue
			}
			list := make([]entry, 0, len(m.Entries))
			for _, e := range m.Entries {
				list = append(list, entry{e.Name, e.Description})
			}
			out[string(m.Kind)] = list
		}
	}
	return out
}

// say takes a message. 200 is the tick: the bot has it for good. After 429 and 503 the page says it again, with the
// same key.
func (w *Webchat) say(out http.ResponseWriter, r *http.Request) {
	me, ok := w.someone(out, r)
	if !ok || !w.paced(out, me) {
		return
	}
	var s struct {
		Said
		Chat string `json:"chat"`
	}
	if read(out, r, &s) {
		w.said(out, r, me, s.Chat, s.Said)
	}
}

// sayPhoto takes a photo: its bytes are the body, the rest stands in the address.
func (w *Webchat) sayPhoto(out http.ResponseWriter, r *http.Request) {
	me, ok := w.someone(out, r)
	if !ok || !w.paced(out, me) {
		return
	}
	data, ok := readAll(out, r, maxPhoto)
	if !ok {
		return
	}
	q := r.URL.Query()
	w.said(out, r, me, q.Get("chat"), Said{Key: q.Get("key"), Text: q.Get("text"), ReplyTo: number(q.Get("reply_to")), Photo: data})
}

func (w *Webchat) paced(out http.ResponseWriter, me Person) bool {
	if w.cfg.Stage != nil || w.doors.maySay(me.ID) {
		return true
	}
	out.Header().Set("Retry-After", "2")
	http.Error(out, "slower", http.StatusTooManyRequests)
	return false
}

func (w *Webchat) said(out http.ResponseWriter, r *http.Request, me Person, chat string, s Said) {
	m, err := w.Say(r.Context(), me, chat, s)
	switch {
	case err == nil:
		answer(out, m)
	case errors.Is(err, ErrNotThere), errors.Is(err, ErrReads):
		http.Error(out, "not there", http.StatusForbidden)
	case errors.Is(err, ErrGone):
		http.Error(out, "gone", http.StatusGone)
	case errors.Is(err, ErrTooLong):
		http.Error(out, "too long", http.StatusRequestEntityTooLarge)
	case errors.Is(err, ErrMalformed):
		http.Error(out, "malformed", http.StatusBadRequest)
	default:
		if r.Context().Err() == nil && !errors.Is(err, ErrClosed) {
			w.log.Error("a message could not be kept, the page says it again", "cause", err)
		}
		out.Header().Set("Retry-After", "1")
		http.Error(out, "later", http.StatusServiceUnavailable)
	}
}

func (w *Webchat) markRead(out http.ResponseWriter, r *http.Request) {
	me, ok := w.someone(out, r)
	var body struct {
		Chat string `json:"chat"`
		ID   int64  `json:"id"`
	}
	if !ok || !read(out, r, &body) {
		return
	}
	if !slices.Contains(w.chatsOf(me), body.Chat) {
		http.Error(out, "not there", http.StatusForbidden)
		return
	}
	if err := w.book.read(r.Context(), body.Chat, me.ID, body.ID); err != nil {
		http.Error(out, "later", http.StatusServiceUnavailable)
		return
	}
	out.WriteHeader(http.StatusNoContent)
}

func (w *Webchat) earlier(out http.ResponseWriter, r *http.Request) {
	me, ok := w.someone(out, r)
	if !ok {
		return
	}
	chat := r.URL.Query().Get("chat")
	if !slices.Contains(w.chatsOf(me), chat) {
		http.Error(out, "not there", http.StatusForbidden)
		return
	}
	list, more, err := w.book.earlier(r.Context(), chat, number(r.URL.Query().Get("before")))
	if err != nil {
		http.Error(out, "later", http.StatusServiceUnavailable)
		return
	}
	answer(out, map[string]any{"messages": list, "more": more})
}

// photo is shown to those in whose chats it stands.
func (w *Webchat) photo(out http.ResponseWriter, r *http.Request) {
	me, ok := w.someone(out, r)
	if !ok {
		return
	}
	key := r.PathValue("key")
	if !w.book.shows(r.Context(), w.chatsOf(me), key) {
		http.NotFound(out, r)
		return
	}
	jpeg, err := w.book.photo(r.Context(), key)
	if err != nil {
		http.NotFound(out, r)
		return
	}
	out.Header().Set("Content-Type", messages.Photo{Data: jpeg}.Type())
	out.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	out.Header().Set("ETag", strconv.Quote(key))
	http.ServeContent(out, r, "", time.Time{}, bytes.NewReader(jpeg))
}

// forward puts the clock of the stage forward.
func (w *Webchat) forward(out http.ResponseWriter, r *http.Request) {
	var body struct {
		Step Step `json:"step"`
	}
	if !read(out, r, &body) {
		return
	}
	if body.Step != Hour && body.Step != Day && body.Step != Monday {
		http.Error(out, "not understood", http.StatusBadRequest)
		return
	}
	if err := w.cfg.Stage.Forward(context.WithoutCancel(r.Context()), body.Step); err != nil {
		w.log.Error("the clock could not be put forward", "cause", err)
		http.Error(out, "later", http.StatusServiceUnavailable)
		return
	}
	w.book.changed()
	out.WriteHeader(http.StatusNoContent)
}

// chatsOf are the ids of a person's chats.
func (w *Webchat) chatsOf(p Person) []string {
	chats := w.cfg.Town.Chats(p.ID)
	ids := make([]string, 0, len(chats))
	for _, c := range chats {
		ids = append(ids, c.ID)
	}
	return ids
}

// nameless is a private chat's title: the bot's, which the page words.
func title(c Chat) string {
	if c.Kind == messages.Direct {
		return ""
	}
	return c.Title
}
