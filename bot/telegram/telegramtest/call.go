package telegramtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/mymmrac/telego"
)

// maxUpload is the largest request: https://core.telegram.org/bots/api#sending-files
const maxUpload = 50 << 20

// call is one request of the bot's. A handler takes the fields that it knows; done finds what it left.
type call struct {
	ctx     context.Context
	method  string
	fields  map[string]string
	files   map[string]upload
	wrong   *failure // the first thing that was wrong with a field
	reports []string // mistakes that Telegram would overlook and a test should not
}

// upload is a file in a request.
type upload struct {
	name string
	data []byte
}

// read takes a request apart, in each of the forms that Telegram takes: a query, a form, a multipart form, and JSON,
// whose members become what they would be in a form.
func read(r *http.Request, method string) (*call, error) {
	c := &call{ctx: r.Context(), method: method, fields: map[string]string{}}
	if r.URL.RawQuery != "" {
		for name, values := range r.URL.Query() {
			c.fields[name] = values[0]
		}
	}
	r.Body = http.MaxBytesReader(nil, r.Body, maxUpload)
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	switch kind {
	case "multipart/form-data":
		return c, c.multipart(r)
	case "application/json":
		return c, c.json(r.Body)
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return nil, err
		}
		for name, values := range r.PostForm {
			c.fields[name] = values[0]
		}
	default:
		if n, err := io.Copy(io.Discard, r.Body); err != nil || n > 0 {
			return nil, fmt.Errorf("a body of type %q", kind)
		}
	}
	return c, nil
}

func (c *call) multipart(r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return err
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil // so is a form without any field
		}
		if err != nil {
			return err
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		if part.FileName() == "" {
			c.fields[part.FormName()] = string(data)
			continue
		}
		if c.files == nil {
			c.files = map[string]upload{}
		}
		c.files[part.FormName()] = upload{part.FileName(), data}
	}
}

func (c *call) json(body io.Reader) error {
	var members map[string]json.RawMessage
	if err := json.NewDecoder(body).Decode(&members); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	for name, raw := range members {
		text := string(raw)
		if raw[0] == '"' {
			if err := json.Unmarshal(raw, &text); err != nil {
				return err
			}
		}
		if text != "null" {
			c.fields[name] = text
		}
	}
	return nil
}

// fail keeps the first refusal.
func (c *call) fail(f *failure) {
	if c.wrong == nil {
		c.wrong = f
	}
}

// take gives a field and takes it out.
func (c *call) take(name string) string {
	v := c.fields[name]
	delete(c.fields, name)
	return v
}

func (c *call) integer(name string) int64 {
	v := strings.TrimSpace(c.take(name))
	if v == "" {
		return 0
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		c.reports = append(c.reports, fmt.Sprintf("field %q is no integer", name))
		c.fail(badRequest("invalid %s specified", name))
	}
	return n
}

func (c *call) number(name string) float64 {
	v := strings.TrimSpace(c.take(name))
	n, err := strconv.ParseFloat(v, 64)
	switch {
	case v == "":
		c.fail(badRequest("%s is empty", name))
	case err != nil:
		c.reports = append(c.reports, fmt.Sprintf("field %q is no number", name))
		c.fail(badRequest("invalid %s specified", name))
	}
	return n
}

func (c *call) boolean(name string) bool {
	switch strings.ToLower(c.take(name)) {
	case "true", "yes", "1":
		return true
	}
	return false
}

// object reads a field of JSON into one of telego's types and tells whether it was there. A member that the type
// doesn't have is a mistake.
func (c *call) object(name string, into any) bool {
	v := c.take(name)
	if v == "" {
		return false
	}
	if err := strict(v, into); err != nil {
		c.reports = append(c.reports, fmt.Sprintf("field %q: %v", name, err))
		c.fail(badRequest("can't parse %s JSON object", strings.ReplaceAll(name, "_", " ")))
		return false
	}
	return true
}

func strict(v string, into any) error {
	d := json.NewDecoder(bytes.NewReader([]byte(v)))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// chatID reads a chat's number or public name.
func (c *call) chatID() telego.ChatID {
	v := strings.TrimSpace(c.take("chat_id"))
	if strings.HasPrefix(v, "@") {
		return telego.ChatID{Username: v}
	}
	n, err := strconv.ParseInt(v, 10, 64)
	switch {
	case v == "":
		c.fail(badRequest("chat_id is empty"))
	case err != nil:
		c.fail(badRequest("chat not found"))
	}
	return telego.ChatID{ID: n}
}

// ignore takes fields that change nothing here.
func (c *call) ignore(names ...string) {
	for _, n := range names {
		c.take(n)
	}
}

// done gives the first thing that was wrong. A field that exists in the API and was not taken is one that the stand-in
// doesn't know yet.
func (c *call) done() error {
	for name, v := range c.fields {
		if v == "" {
			continue
		}
		c.reports = append(c.reports, fmt.Sprintf("the stand-in doesn't know the field %q", name))
		c.fail(badRequest("field %q is not supported by the stand-in", name))
	}
	for name := range c.files {
		c.reports = append(c.reports, fmt.Sprintf("nothing refers to the file %q", name))
	}
	if c.wrong != nil {
		return c.wrong
	}
	return nil
}
