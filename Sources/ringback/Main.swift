import RingbackCommands

@main
struct Main {
    static func main() async {
        await RingbackTool.run()
    }
}
