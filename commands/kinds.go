package commands

import (
	"slices"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// alertKind is a kind of alert: how urgent it is, what it asks, when its outcome is due, and how it can end.
type alertKind struct {
	name       string
	due        time.Duration // after sending; 0: it has no outcome, so nothing is followed up (domain.md, "Feedback")
	alone      bool          // reminded of by itself when it is due, not in the day's digest
	life       time.Duration // what was not delivered by then is not sent any more
	urgent     bool          // goes out at night too
	calm       bool          // never urgent, also when it is about now
	afterwards bool          // may go at once and be approved afterwards: somebody is in danger
	faces      bool          // a photo shows who is looked for
	covered    bool          // in a channel the photo shows only to who taps it: whoever is on it is not convicted
	dont       bool          // says not to approach anybody and not to act
	counted    bool          // counts under one of the guide's topics
	topics     []string      // what it can be about, where that changes the wording, in the order of their numbers
	outcomes   []string      // templates, and what else can be told, in the order of their numbers
}

// What can be told of every alert, beside the templates of its kind.
const (
	ownWords      = "own"     // the outcome in own words
	interimUpdate = "interim" // how things stand; the alert stays open
	openUntil     = "until"   // that it stays open until a moment
)

// kindList has the kinds in the order of their numbers, which people know by heart: a new one comes last.
func kindList() []alertKind {
	const day = 24 * time.Hour
	return []alertKind{
		{
			name: "missing", due: 4 * time.Hour, alone: true, life: day, urgent: true, afterwards: true, faces: true,
			outcomes: []string{"safe", "found", "notfound", "handed", "over", ownWords, interimUpdate, openUntil},
		},
		{
			name: "witnesses", due: 7 * day, life: 2 * day, counted: true,
			topics:   []string{"home", "fromcar", "car", "robbery", "streetrobbery", "bicycle", "vandalism", "shed", "furniture", "drugs", topicOther},
			outcomes: []string{"arrested", "tips", "nothing", "partly", "handed", "found", "over", ownWords, interimUpdate, openUntil},
		},
		{
			name: "warning", due: day, life: day, counted: true, topics: []string{"bicycles", "tricks", "burglars", topicOther},
			outcomes: []string{"arrested", "over", "nothing", "partly", "handed", "found", ownWords, interimUpdate, openUntil},
		},
		{name: "prevention", life: 7 * day, calm: true},
		{
			name: "confused", due: 4 * time.Hour, alone: true, life: day / 2, urgent: true, faces: true, dont: true,
			outcomes: []string{"safe", "handed", "nothing", "found", "over", ownWords, interimUpdate, openUntil},
		},
		{
			name: "suspect", due: day, life: day / 2, urgent: true, faces: true, covered: true, dont: true, counted: true,
			outcomes: []string{"arrested", "nothing", "over", "partly", "handed", "found", ownWords, interimUpdate, openUntil},
		},
		{
			name: "vehicle", due: day, life: day / 2, urgent: true, faces: true, dont: true, counted: true,
			outcomes: []string{"found", "arrested", "nothing", "over", "partly", "handed", ownWords, interimUpdate, openUntil},
		},
		{name: "goodnews", life: 7 * day, calm: true},
	}
}

// topicOther is what fits none of a kind's topics: the wording names no topic then.
const topicOther = "other"

// kindNamed is the kind of a stored name. A name that no kind has (any more) has no outcome.
func kindNamed(name string) alertKind {
	for _, k := range kindList() {
		if k.name == name {
			return k
		}
	}
	return alertKind{name: name}
}

// isUrgent tells whether an alert goes out at night too: because of its kind, or because it happens now.
func (k alertKind) isUrgent(happened string) bool {
	return k.urgent || !k.calm && strings.HasPrefix(happened, nowValue)
}

// priority is that of the alert in the outbox.
func (k alertKind) priority(urgent bool) storage.Priority {
	switch {
	case urgent:
		return storage.Urgent
	case k.calm:
		return storage.Campaign
	}
	return storage.Feedback
}

// topicOf guesses by its words what an alert is about: the first topic of its kind of which a word stands in the text. A
// burglary of which nothing else is said is one from a home.
func (e *Engine) topicOf(k alertKind, text string) string {
	spaced := " " + strings.Join(fieldsOf(text), " ") + " "
	for _, topic := range k.topics {
		if topic != topicOther && e.stands(messages.S("alert.topic."+topic+".words"), spaced) {
			return topic
		}
	}
	switch {
	case len(k.topics) == 0:
		return ""
	case slices.Contains(k.topics, "home") && e.stands(messages.S("alert.topic.burglary.words"), spaced):
		return "home"
	}
	return topicOther
}

// stands tells whether a word of a list, in any language, begins one in a text of folded words with a space around each.
func (e *Engine) stands(list messages.Say, spaced string) bool {
	return slices.ContainsFunc(e.inAll(list), func(words string) bool {
		return slices.ContainsFunc(strings.Split(words, "|"), func(w string) bool { return strings.Contains(spaced, " "+w) })
	})
}
