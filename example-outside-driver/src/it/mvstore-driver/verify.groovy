// The build of the project has succeeded. Here its promises are checked: the suite has run, and the driver is small.
def report = new File(basedir, 'target/surefire-reports/org.example.mvstore.MvStoreConformanceTest.txt')
def summary = report.readLines().find { it.startsWith('Tests run') }
def counts = summary.findAll(/\d+/)*.toInteger()
println summary
assert counts[0] - counts[3] >= 80: "Expected 80 conformance tests or more to have passed, found: $summary"

def isCode = { line ->
    def text = line.trim()
    !(text.isEmpty() || text =~ '^(import|package|//|/\\*\\*|\\*)')
}
int lines = 0
new File(basedir, 'src/main/java/org').eachFileRecurse { file ->
    if (file.name.endsWith('.java')) {
        lines += file.readLines().count(isCode)
    }
}
println "lines of code: $lines"
assert lines < 200: "Expected a driver of less than 200 lines of code, found $lines"
true
